"""What is made of a browser's errors: an outcome and a sentence. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from seatrial.daemons.prober.result import Result

LOST = "the page's process ended"
_NET = re.compile(r"net::(ERR_[A-Z0-9_]+)")
_REFUSED = (
    "ERR_CONNECTION_REFUSED",
    "ERR_CONNECTION_FAILED",
    "ERR_ADDRESS_UNREACHABLE",
    "ERR_ADDRESS_INVALID",
    "ERR_NETWORK_",
    "ERR_INTERNET_DISCONNECTED",
    "ERR_NAME_",
    "ERR_DNS_",
    "ERR_CERT_",
    "ERR_SSL_",
)
_LATE = ("ERR_TIMED_OUT", "ERR_CONNECTION_TIMED_OUT")
_FALLEN = ("crashed", "has been closed", "Connection closed", "Browser closed")
_LINE = 200
_HIDDEN = "***"


def of_error(message: str, *, answered: bool) -> Result | None:
    """How a step ended that the browser says this of; None where the browser itself is lost.

    `answered`: whether any request of the run was. Playwright's messages end in a log of what it
    tried, which quotes the page: nothing of that is taken.
    """
    net = _NET.search(message)
    if net is not None:
        word = net[1]
        if word.startswith(_REFUSED):
            return Result(outcome="refused", fault=word, answered=answered)
        if word.startswith(_LATE):
            return Result(outcome="timeout", fault=word, answered=answered)
        return Result(outcome="failed", fault=word, answered=answered)
    if any(each in message for each in _FALLEN):
        return None
    return Result(outcome="unexpected", fault=first_line(message), answered=answered)


def first_line(text: str) -> str:
    """A line of a text that may be long, cut."""
    line = next((each.strip() for each in text.splitlines() if each.strip()), "")
    return line if len(line) <= _LINE else f"{line[: _LINE - 3]}..."


def masked(text: str, secrets: Iterable[str]) -> str:
    """The text without what steps filled in as a secret."""
    for each in sorted(secrets, key=len, reverse=True):
        text = text.replace(each, _HIDDEN) if each else text
    return text
