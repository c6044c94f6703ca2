"""What the integration tests stand on: real servers, and the api and the worker as processes.

Nothing here imports the system under test; it is driven over HTTP, signals and its stores.
"""
