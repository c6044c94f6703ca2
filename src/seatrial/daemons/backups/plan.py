"""What is backed up, where to, how often: read from JSON. What is wrong becomes one sentence.

Here is what every product's plan says; what it says besides is read in the product's own folder.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from seatrial.daemons.shared.errors import StartError

KINDS = ("full", "differential", "incremental")  # the widest first
_Found = TypeVar("_Found")


class PlanError(StartError):
    """The plan cannot be used; the message says what is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Of every product.

    Copies lie below `copies` and listen at `address`, that of a user on `port`, that of a drill on
    `drill_port`; 0 where a copy is no server. The backups lie in a `region`, or at home where that
    is empty. `schedule` is in seconds by kind; all that lies in the repository is read every
    `verify` seconds; it is the folder that `lies` here, None where another machine's disk has it.
    `invariants` are queries, by what they mean.
    """

    store: str
    region: str
    copies: Path
    address: str
    port: int
    drill_port: int
    schedule: Mapping[str, float]
    verify: float
    lies: Path | None
    invariants: Mapping[str, str]

    @property
    def order(self) -> str:
        """How a restore is ordered from here."""
        return f"seatrial restore {self.store}" + (f" --from {self.region}" if self.region else "")

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of backups that are taken, the widest first."""
        return tuple(each for each in KINDS if each in self.schedule)


def common(found: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `Plan`. Raises KeyError, TypeError, ValueError and AttributeError."""
    times = found["schedule"]
    if "full" not in times:
        raise ValueError("schedule.full is wanted")
    return {
        "store": str(found["store"]),
        "region": str(found["region"]),
        "copies": Path(found["copies"]),
        "address": str(found["address"]),
        "port": int(found["port"]),
        "drill_port": int(found["drill_port"]),
        "verify": float(found["verify"]),
        "lies": Path(found["lies"]) if found["lies"] else None,
        "schedule": {kind: float(times[kind]) for kind in KINDS if kind in times},
        "invariants": {str(key): str(value) for key, value in found["invariants"].items()},
    }


def parsed(text: str, read: Callable[[Mapping[str, Any]], _Found]) -> _Found:
    """What `read` makes of a plan's text. Raises PlanError."""
    try:
        return read(json.loads(text))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PlanError(f"plan: {type(error).__name__}: {error}; see daemons/backups") from error
