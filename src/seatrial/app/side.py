"""What a region's members of a store, and those that agree on them, are asked and told."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from seatrial.app.failover import Cluster
from seatrial.app.unclear import Unclear
from seatrial.app.view import View
from seatrial.contract.runtime import Phase, RuntimeFailure
from seatrial.engines.etcd import keys
from seatrial.engines.patroni import config, hands, rest

_THERE = frozenset({Phase.READY, Phase.UNREADY, Phase.PAUSED, Phase.ORPHANED})
_OK = 200


def view(side: Cluster) -> View:
    """What is to be seen of a region now. Never raises RuntimeFailure."""
    members, copied = tuple(_own(side, each) for each in range(side.replicas)), None
    if any(members):
        with suppress(RuntimeFailure, Unclear, ValueError):
            copied = rest.copied(side.first("GET", rest.CONFIG))
    if all(members):
        return View(members=members, copied=copied, runs=bool(members), hangs=False)
    phases = dict(_phases(side))
    there = {replica for replica, phase in phases.items() if phase in _THERE}
    silent = {replica for replica, each in enumerate(members) if each is None}
    return View(
        members=members,
        copied=copied,
        runs=bool(there),
        hangs=bool(silent & there),
        ended=bool(phases) and all(each is Phase.EXITED for each in phases.values()),
    )


def _phases(side: Cluster) -> Iterator[tuple[int, Phase]]:
    for each in side.runtime.status():
        if each.workload == side.workload:
            yield each.replica, each.phase


def _own(side: Cluster, replica: int) -> rest.Own | None:
    try:
        answer = side.runtime.request(
            "GET", side.workload, config.REST, rest.MEMBER, replica=replica
        )
        found = rest.own(answer.body)
        if found.runs:
            return found
        said = side.runtime.execute(side.workload, hands.CONTROL, replica=replica)
        return replace(found, position=hands.shut(said.stdout))
    except (RuntimeFailure, ValueError, AttributeError):
        return None


def told(side: Cluster, settings: Mapping[str, Any]) -> None:
    """Have its members go by these. Raises RuntimeFailure and Unclear."""
    side.first("PATCH", rest.CONFIG, rest.changed(settings))


def copy_of(copy: Cluster, other: Cluster) -> Mapping[str, Any]:
    """What a region goes by as a copy of the other one. Raises Unclear where that streams none."""
    if other.stream is None:
        raise Unclear(f"{other.store} has no copy in another region", "")
    return config.follows(copy.region, other.region, other.stream)


def agreed_copy(side: Cluster) -> bool | None:
    """Whether a region's members, none of which answers, are a copy; None where nobody says."""
    with suppress(RuntimeFailure, ValueError, AttributeError):
        told = _witnessed(side, keys.RANGE, keys.asked(config.agreed(side.front)))
        return rest.copied(keys.read(told))
    return None


def forget(side: Cluster) -> None:
    """Have its members begin anew, as its settings say. Raises RuntimeFailure."""
    for key in config.origins(side.front):
        _witnessed(side, keys.DELETE, keys.deleted(key))


def _witnessed(side: Cluster, path: str, body: str) -> bytes:
    """What whichever witness does it answers. Raises RuntimeFailure where none does."""
    for each in side.witnesses:
        with suppress(RuntimeFailure):
            answer = side.runtime.request("POST", each, "client", path, body)
            if answer.status == _OK:
                return answer.body
    raise RuntimeFailure(
        f"no witness of {side.front} does what it is asked",
        f"bring two of {', '.join(side.witnesses)} up, then give the same order again",
    )
