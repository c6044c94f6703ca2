"""What a cluster tells of itself, and how it is asked to switch.

Paths and answers: https://patroni.readthedocs.io/en/latest/rest_api.html.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

CLUSTER = "/cluster"
CONFIG = "/config"
MEMBER = "/patroni"  # of whoever is asked, whatever it is
SWITCHOVER = "/switchover"
REBUILD = "/reinitialize"
LEADER = "leader"
# What members can be told to go by, at CONFIG, and back.
BY_HAND: Mapping[str, object] = {"pause": True}
NOT_FAILSAFE: Mapping[str, object] = {"failsafe_mode": False}
ASYNCHRONOUS: Mapping[str, object] = {"synchronous_mode": False}
SYNCHRONOUS = frozenset({"sync_standby", "quorum_standby"})
_RUNS, _FOLLOWS = "running", "streaming"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member as the others see it; `lag` in bytes, None where nobody knows it."""

    name: str
    role: str
    state: str
    lag: int | None

    @property
    def leads(self) -> bool:
        """Whether it is the primary."""
        return self.role == LEADER

    @property
    def well(self) -> bool:
        """Whether its server runs, and follows the primary where it is not the primary itself."""
        return self.state == (_RUNS if self.leads else _FOLLOWS)

    @property
    def synchronous(self) -> bool:
        """Whether it has each write that was acknowledged."""
        return self.role in SYNCHRONOUS


def members(body: bytes) -> tuple[Member, ...]:
    """The answer of CLUSTER. Raises ValueError and KeyError for another one."""
    return tuple(
        Member(
            name=each["name"],
            role=each["role"],
            state=each["state"],
            lag=each["lag"] if isinstance(each.get("lag"), int) else None,
        )
        for each in json.loads(body)["members"]
    )


def usual(*, synchronous: bool) -> Mapping[str, object]:
    """What these are unless somebody has changed them: as they were when the cluster was made."""
    return {"pause": None, "failsafe_mode": True, "synchronous_mode": synchronous}


def started(body: bytes) -> str:
    """When the server of the member was started, from the answer of MEMBER; empty: it was not."""
    return str(json.loads(body).get("postmaster_start_time") or "")


def rebuilt() -> str:
    """The body of REBUILD, also where one is under way already."""
    return json.dumps({"force": True})


def switched(leader: str, candidate: str) -> str:
    """The body of SWITCHOVER."""
    return json.dumps({"leader": leader, "candidate": candidate})
