"""What `seatrial doctor` says of a machine, line by line."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of `seatrial doctor`: what was asked, what was found, what to do about it.

    `needed` is false where nothing that can be run today asks for it.
    """

    topic: str
    ok: bool
    found: str
    cure: str = ""
    needed: bool = True
