"""How long a certificate is good for. Pure."""

from __future__ import annotations

import json

from seatrial.daemons.shared.errors import StartError

MOST_DAYS = 3650.0


class TermsError(StartError):
    """The terms cannot be used; the message says what is wanted."""


def parse(text: str) -> float:
    """The days of `{"days": 90}`. Raises TermsError."""
    try:
        days = json.loads(text)["days"]
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise TermsError(f'terms: {{"days": 90}} is wanted: {error}') from error
    if isinstance(days, bool) or not isinstance(days, int | float) or not 0 < days <= MOST_DAYS:
        raise TermsError(f"terms: days: a number above 0, at most {MOST_DAYS:g}, not {days!r}")
    return float(days)
