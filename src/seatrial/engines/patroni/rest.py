"""What a cluster tells of itself, and how it is asked to switch.

Paths and answers: https://patroni.readthedocs.io/en/latest/rest_api.html.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from seatrial.contract.runtime import Headers
from seatrial.engines.patroni.config import ORDERS

CLUSTER = "/cluster"
CONFIG = "/config"
MEMBER = "/patroni"  # of whoever is asked, whatever it is
SWITCHOVER = "/switchover"
REBUILD = "/reinitialize"
LEADER, COPY = "leader", "standby_leader"  # of its own cluster: as its primary, as a copy's head
# What members can be told to go by, at CONFIG, and back.
BY_HAND: Mapping[str, object] = {"pause": True}
NOT_FAILSAFE: Mapping[str, object] = {"failsafe_mode": False}
ASYNCHRONOUS: Mapping[str, object] = {"synchronous_mode": False}
SYNCHRONOUS = frozenset({"sync_standby", "quorum_standby"})
_RUNS, _FOLLOWS = "running", "streaming"
_PRIMARY = frozenset({"primary", "master"})


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
    def heads(self) -> bool:
        """Whether it gets the log from another region, for all members of its own."""
        return self.role == COPY

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


def heard(body: bytes) -> float:
    """When the member last reached etcd, in seconds since the epoch, from the answer of MEMBER.

    Raises ValueError or KeyError for another one.
    """
    return float(json.loads(body)["dcs_last_seen"])


def rebuilt() -> str:
    """The body of REBUILD, also where one is under way already."""
    return json.dumps({"force": True})


def changed(settings: Mapping[str, object]) -> str:
    """The body of a PATCH of CONFIG; None takes a setting back."""
    return json.dumps(settings)


def shown(secret: str) -> Headers:
    """The headers of whoever changes a cluster; the runtime fills the secret."""
    return (("authorization", f"Basic {ORDERS}:${{secret.{secret}}}"),)


def switched(leader: str, candidate: str) -> str:
    """The body of SWITCHOVER."""
    return json.dumps({"leader": leader, "candidate": candidate})


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What a member tells of itself: whether it is the primary, and how far its log goes.

    `runs`: its server takes connections, as the primary or behind it. `head`: it leads a cluster
    that is a copy. `streams`: it gets the log from another. `position` is in bytes of the log,
    `written` when the newest write that it has was committed, in seconds since the epoch; None
    where it tells none.
    """

    runs: bool
    primary: bool
    head: bool
    streams: bool
    position: int | None
    written: float | None


def own(body: bytes) -> Own:
    """The answer of MEMBER, whatever its status. Raises ValueError or AttributeError."""
    told = json.loads(body)
    runs = told.get("state") == _RUNS
    log = told.get("xlog") or {}
    # what was received is replayed before anybody is promoted
    ends = (log.get(f"{each}location") for each in ("", "received_", "replayed_"))
    at = max((each for each in ends if isinstance(each, int)), default=None)
    written = log.get("replayed_timestamp")
    return Own(
        runs=runs,
        primary=runs and told.get("role") in _PRIMARY,
        head=runs and told.get("role") == COPY,
        streams=runs and told.get("replication_state") == _FOLLOWS,
        position=at,
        written=datetime.fromisoformat(written).timestamp() if written else None,
    )


def copied(body: bytes) -> bool:
    """Whether the answer of CONFIG is that of a cluster which is a copy of another one."""
    return bool(json.loads(body).get("standby_cluster"))
