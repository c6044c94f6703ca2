"""Structured logs: one JSON object a line on stdout, with trace and span ids."""

import contextlib
import logging
from collections.abc import Iterator
from contextvars import ContextVar

from seatrial_instrument import bind, configure

# The id of the request (api) or of the run (worker) that is being served.
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

_QUIET = {
    # Each failed attempt of an outage; health.py logs the change of state once.
    "psycopg.pool": logging.ERROR,
    "psycopg": logging.ERROR,
}


@contextlib.contextmanager
def identified(identity: str) -> Iterator[None]:
    """Serve a request or a run: each line that is written within carries its id."""
    token = request_id.set(identity)
    try:
        with bind(request_id=identity):
            yield
    finally:
        request_id.reset(token)


def configure_logs(service: str, level: str) -> None:
    """Send every logger of the process, uvicorn's too, through one JSON handler."""
    configure(service, level)
    for name, quiet in _QUIET.items():
        logging.getLogger(name).setLevel(quiet)
