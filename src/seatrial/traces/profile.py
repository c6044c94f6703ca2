"""What one trace contributes to a diagnosis: what it waited for, and where its failures began."""

import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field

from seatrial.traces.path import WAITS, critical_path
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


Replica = tuple[str, str]  # a service, and which of its instances
Done = tuple[Work, Replica]
Cost = tuple[int, int]  # microseconds, and how many spans


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One trace. `costs` (microseconds on the critical path) add up to `total`.

    `calls` is how often each work was on the path. `shares` is what of both was each replica's, by
    its service and its name: its own work, and the part of a call to it that nobody else explains.
    `origins` is where failures began: failed work below which nothing failed.
    """

    total: int
    costs: Mapping[Work, int] = field(hash=False)
    calls: Mapping[Work, int] = field(hash=False)
    shares: Mapping[Done, Cost] = field(hash=False)
    origins: frozenset[Work]


def profile(tree: Tree, peer: Peer) -> Profile:
    """A trace's profile, from its root."""
    costs: dict[Work, int] = {}
    seen: dict[Work, set[str]] = {}
    spent: dict[Done, int] = {}
    done: dict[Done, set[str]] = {}
    for part in critical_path(tree):
        work = _queue(tree, part.span, peer) if part.queued else _work(part.span, peer)
        costs[work] = costs.get(work, 0) + part.duration
        seen.setdefault(work, set()).add(part.span.id)
        for each in _replicas(tree, part.span):
            spent[work, each] = spent.get((work, each), 0) + part.duration
            done.setdefault((work, each), set()).add(part.span.id)
    return Profile(
        total=tree.root.duration,
        costs=costs,
        calls={work: len(ids) for work, ids in seen.items()},
        shares={each: (cost, len(done[each])) for each, cost in spent.items()},
        origins=frozenset(_work(each, peer) for each in tree.spans if _began(tree, each)),
    )


def _replicas(tree: Tree, span: Span) -> frozenset[Replica]:
    """Who may be why it takes long: who does it and, of a call, who answers it.

    A call that waits until a replica takes it costs time before that replica's own span begins.
    One that asks again and again waits for work, and not for who tells it that there is none yet.
    """
    answers = [each for each in tree.below(span) if each.kind is Kind.SERVER]
    asked = answers if span.kind is Kind.CLIENT and WAITS not in span.attributes else []
    return frozenset((each.service, each.replica) for each in (span, *asked) if each.replica)


def _work(span: Span, peer: Peer) -> Work:
    asks = span.kind in {Kind.CLIENT, Kind.PRODUCER}
    named = peer(span) if asks else ""
    return Work(service=span.service, operation=span.operation, peer=named)


def _queue(tree: Tree, span: Span, peer: Peer) -> Work:
    """The time in which a message lay in its queue: with whom the sender left it, where that shows.

    Who takes it asks the same one, and is told late where the link to it is slow.
    """
    sent = tree.parent(span)
    calls = tree.below(sent) if sent is not None and sent.kind is Kind.PRODUCER else ()
    kept = next((name for each in calls if each.kind is Kind.CLIENT and (name := peer(each))), "")
    return Work(service=span.service, operation=span.operation, peer=kept, queued=True)


def _began(tree: Tree, span: Span) -> bool:
    """Whether a failure began here: what is above it failed because of it.

    So did what waited for messages in whose work something failed.
    """
    if not span.error:
        return False
    below = set(tree.descendants(span))
    if WAITS in span.attributes:
        for each in tree.spans:
            if each.kind is Kind.CONSUMER and each.id != span.id:
                below |= {each.id, *tree.descendants(each)}
    return not any(tree.by_id[name].error for name in below)


def written(found: Profile) -> str:
    """A profile as JSON, for a timeline; `read` gives it back."""
    shares: dict[Work, list[object]] = {}
    for (work, replica), cost in sorted(found.shares.items()):
        shares.setdefault(work, []).append([*replica, *cost])
    works = [
        [*astuple(work), cost, found.calls[work], shares.get(work, [])]
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
        shares={
            (work, (service, name)): (cost, calls)
            for work, _, _, shares in every
            for service, name, cost, calls in shares
        },
        origins=frozenset(map(_back, origins)),
    )


def _back(found: list[object]) -> Work:
    service, operation, peer, queued = found[:4]
    return Work(service=str(service), operation=str(operation), peer=str(peer), queued=bool(queued))
