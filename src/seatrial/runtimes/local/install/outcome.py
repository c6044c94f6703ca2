"""How the installation of an engine ended."""

from dataclasses import dataclass

from seatrial.runtimes.local.install.record import Installed


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why one source did not give the engine."""

    source: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotInstalled:
    """An engine that could not be had: why, from each source that was tried, and what to do."""

    name: str
    reasons: tuple[Reason, ...]
    cure: str


Outcome = Installed | NotInstalled
