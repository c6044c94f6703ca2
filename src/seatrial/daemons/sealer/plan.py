"""What is sealed to whom, and how long it is kept: read from JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatrial.daemons.shared.bucket import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`described` and `secrets` are what is sealed, `repository` the folder of the bundles.

    `every` and `keep` are in seconds: how old the newest may be, and how far back they reach.
    `places` are where the newest lies, too.
    """

    recipients: tuple[str, ...]
    described: Path
    secrets: Path
    repository: Path
    every: float
    keep: float
    places: tuple[Place, ...] = ()


def read(found: Mapping[str, Any]) -> Plan:
    """The plan of what JSON says. Raises KeyError, TypeError, ValueError and AttributeError."""
    recipients = tuple(str(each).strip() for each in found["recipients"])
    if not recipients:
        raise ValueError("recipients: at least one is wanted")
    return Plan(
        recipients=recipients,
        described=Path(found["described"]),
        secrets=Path(found["secrets"]),
        repository=Path(found["repository"]),
        every=float(found["every"]),
        keep=float(found["keep"]),
        places=tuple(Place.read(each) for each in found["places"]),
    )
