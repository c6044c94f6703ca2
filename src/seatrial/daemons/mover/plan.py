"""Whom to ask, and what to tell both clusters of a store that is moved: read from JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seatrial.daemons.shared.errors import StartError


class PlanError(StartError):
    """The plan cannot be used; the message says what is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A region's cluster: below which key of etcd it agrees, and what it is told when it is moved.

    `settings` is a merge patch (RFC 7386) of what it goes by.
    """

    region: str
    scope: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`quorum` are the three of etcd, by name; `members` where those of the other region answer.

    In seconds: `after` is how long nobody at home may have had its lease, `lease` how long that
    lasts, `rpo` how far the copy may be behind; None: however far.
    """

    store: str
    after: float
    lease: float
    rpo: float | None
    quorum: Mapping[str, str]
    home: Side
    other: Side
    members: tuple[str, ...]


def parse(text: str) -> Plan:
    """Read a plan. Raises PlanError."""
    try:
        found: dict[str, Any] = json.loads(text)
        rpo = found["rpo"]
        return Plan(
            store=str(found["store"]),
            after=float(found["after"]),
            lease=float(found["lease"]),
            rpo=None if rpo is None else float(rpo),
            quorum={str(name): str(at) for name, at in found["quorum"].items()},
            home=_side(found["home"]),
            other=_side(found["other"]),
            members=tuple(str(each) for each in found["members"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise PlanError(f"the plan cannot be read: {type(error).__name__}: {error}") from error


def _side(found: Mapping[str, Any]) -> Side:
    return Side(
        region=str(found["region"]),
        scope=str(found["scope"]),
        settings=dict(found["settings"]),
    )
