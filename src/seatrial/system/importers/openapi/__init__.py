"""Descriptions of APIs (OpenAPI 3.0 and 3.1, Swagger 2.0), read into operations safe to call.

Only what asks and changes nothing becomes an operation, and only when the document itself holds
every value that the request needs. Nothing is called here, and no reference leaves the files.
"""

from seatrial.system.importers.openapi.document import sketch

__all__ = ["sketch"]
