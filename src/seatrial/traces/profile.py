"""What one trace contributes to a diagnosis: what it waited for, and where its failures began."""

import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field

from seatrial.traces.path import critical_path
from seatrial.traces.span import Kind, Span
from seatrial.traces.topology import Peer
from seatrial.traces.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Work:
    """A kind of work: an operation of a service and, where it asks somebody, whom.

    `queued`: not the work, but the time until somebody began with it.
    """

    service: str
    operation: str
    peer: str = ""
    queued: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One trace. `costs` (microseconds on the critical path) add up to `total`.

    `calls` is how often each work was on the path, `replicas` who did it, the last time. `origins`
    is where failures began: failed work below which nothing failed.
    """

    total: int
    costs: Mapping[Work, int] = field(hash=False)
    calls: Mapping[Work, int] = field(hash=False)
    replicas: Mapping[Work, str] = field(hash=False)
    origins: frozenset[Work]


def profile(tree: Tree, peer: Peer) -> Profile:
    """A trace's profile, from its root."""
    costs: dict[Work, int] = {}
    seen: dict[Work, set[str]] = {}
    replicas: dict[Work, str] = {}
    for part in critical_path(tree):
        work = _work(part.span, peer, queued=part.queued)
        costs[work] = costs.get(work, 0) + part.duration
        seen.setdefault(work, set()).add(part.span.id)
        replicas[work] = part.span.replica
    return Profile(
        total=tree.root.duration,
        costs=costs,
        calls={work: len(ids) for work, ids in seen.items()},
        replicas=replicas,
        origins=frozenset(_work(each, peer) for each in tree.spans if _began(tree, each)),
    )


def _work(span: Span, peer: Peer, *, queued: bool = False) -> Work:
    asks = span.kind in {Kind.CLIENT, Kind.PRODUCER}
    return Work(
        service=span.service,
        operation=span.operation,
        peer=peer(span) if asks else "",
        queued=queued,
    )


def _began(tree: Tree, span: Span) -> bool:
    """Whether a failure began here: what is above it failed because of it."""
    return span.error and not any(tree.by_id[name].error for name in tree.descendants(span))


def written(found: Profile) -> str:
    """A profile as JSON, for a timeline; `read` gives it back."""
    works = [
        [*astuple(work), cost, found.calls[work], found.replicas[work]]
        for work, cost in sorted(found.costs.items())
    ]
    origins = [astuple(each) for each in sorted(found.origins)]
    return json.dumps([found.total, works, origins], separators=(",", ":"))


def read(text: str) -> Profile:
    """What `written` wrote."""
    total, works, origins = json.loads(text)
    every = [(_back(each), *each[4:]) for each in works]
    return Profile(
        total=total,
        costs={work: cost for work, cost, _, _ in every},
        calls={work: calls for work, _, calls, _ in every},
        replicas={work: replica for work, _, _, replica in every},
        origins=frozenset(map(_back, origins)),
    )


def _back(found: list[object]) -> Work:
    service, operation, peer, queued = found[:4]
    return Work(service=str(service), operation=str(operation), peer=str(peer), queued=bool(queued))
