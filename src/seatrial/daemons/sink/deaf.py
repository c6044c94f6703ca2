"""Which notifications the sink refuses, so that a rehearsal can prove that a lost page is seen."""

from __future__ import annotations

from dataclasses import dataclass

from seatrial.daemons.sink import forms
from seatrial.daemons.sink.arrival import CHANNELS


class DeafError(Exception):
    """What was asked for makes no sense; the message says what does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deafness:
    """What is refused: these channels and these receivers; an empty set means any of them.

    With both sets empty nothing is refused.
    """

    channels: frozenset[str] = frozenset()
    receivers: frozenset[str] = frozenset()

    def refuses(self, channel: str, receiver: str) -> bool:
        """Whether a notification of this channel and receiver is refused."""
        if not self.channels and not self.receivers:
            return False
        return (not self.channels or channel in self.channels) and (
            not self.receivers or receiver in self.receivers
        )


def parse(body: bytes) -> Deafness:
    """Read {"channels": [...], "receivers": [...]}. Raises DeafError."""
    asked, faults = forms.read_object(body)
    if faults:
        raise DeafError(faults[0])
    sets: dict[str, frozenset[str]] = {}
    for key in ("channels", "receivers"):
        names = asked.get(key, [])
        if not isinstance(names, list) or not all(isinstance(n, str) and n for n in names):
            raise DeafError(f"{key}: a list of names is wanted")
        sets[key] = frozenset(names)
    if unknown := sorted(sets["channels"] - set(CHANNELS)):
        raise DeafError(f"channels: {', '.join(CHANNELS)} are known, not {', '.join(unknown)}")
    if not sets["channels"] and not sets["receivers"]:
        raise DeafError("name channels or receivers to refuse; DELETE hears everything again")
    return Deafness(channels=sets["channels"], receivers=sets["receivers"])
