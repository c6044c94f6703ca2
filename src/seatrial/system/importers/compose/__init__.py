"""Compose projects, read as the Compose specification reads them.

https://github.com/compose-spec/compose-spec. A tolerant walk and no schema: a file that its own
tool would refuse in one place still says much in all others. Here may live only what knows
Compose; what is made of a sketch is elsewhere.
"""

from seatrial.system.importers.compose.sketch import sketch

__all__ = ["sketch"]
