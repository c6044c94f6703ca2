"""Which route's answer is spoilt, and how. Pure; whatever is wrong becomes one sentence."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from seatrial.daemons.prober import path
from seatrial.daemons.shared.errors import StartError

_OBJECT = dict[str, Any]


class PlanError(StartError):
    """The plan cannot be used; the message says where and what is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoil:
    """What is made of an answer: another status, another value at a path, a text cut out.

    `status` 0 leaves it. `at` leads to the value in the answer's JSON; empty for none.
    """

    status: int = 0
    at: path.Path = ()
    value: Any = None
    without: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`upstreams` are the service's replicas, URLs; `route` matches a whole path with its query."""

    upstreams: tuple[str, ...]
    method: str
    route: re.Pattern[str]
    spoil: Spoil

    def strikes(self, method: str, target: str) -> bool:
        """Whether the answer to this request is spoilt."""
        return method == self.method and self.route.fullmatch(target) is not None


def parse(text: str) -> Plan:
    """Read a plan. Raises PlanError."""
    try:
        found: _OBJECT = json.loads(text)
        upstreams = tuple(str(each).rstrip("/") for each in found["upstreams"])
        spoil: _OBJECT = found["spoil"]
        plan = Plan(
            upstreams=upstreams,
            method=str(found["method"]),
            route=re.compile(found["route"]),
            spoil=Spoil(
                status=int(spoil.get("status", 0)),
                at=path.parse(spoil["at"]) if "at" in spoil else (),
                value=spoil.get("value"),
                without=str(spoil.get("without", "")),
            ),
        )
    except (KeyError, TypeError, ValueError, AttributeError, re.error) as error:
        wanted = '{"upstreams": [...], "method": "GET", "route": "/x", "spoil": {"status": 500}}'
        raise PlanError(f"plan: {type(error).__name__}: {error}; wanted is {wanted}") from error
    if not plan.upstreams:
        raise PlanError("plan.upstreams: at least one URL is wanted")
    return plan
