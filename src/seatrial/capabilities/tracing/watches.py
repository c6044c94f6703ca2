"""What Jaeger is asked for during a drill, and what its answers are in a timeline."""

from collections.abc import Iterator

from seatrial.capabilities.tracing.render import JOURNEY
from seatrial.contract.scenario import Watch
from seatrial.contract.timeline import Observation
from seatrial.engines.jaeger import query
from seatrial.engines.jaeger import workload as jaeger
from seatrial.traces.profile import profile, written
from seatrial.traces.topology import Peer, named, working
from seatrial.traces.tree import Tree, tree

PROBER = "prober"
RUN, KEPT, FAULT, PROFILE = "run", "kept", "error", "profile"  # kinds of observations
LOOKED_AT = 20  # traces in one answer: one second of the prober's, and some
PROFILED = 60  # more, so that each is seen again when the last of its spans have come
COMPARED = 200


def _runs(journey: str, body: bytes) -> Iterator[Tree]:
    """The trace of each run that has ended and whose own span is there."""
    for spans in query.traces(body):
        whole = tree(spans)
        root = whole.root
        if root.service == PROBER and not root.parent and root.operation == journey:
            yield whole


def runs(journey: str, peer: Peer) -> Watch:
    """The journey's newest runs since the drill began, each with what its trace holds."""

    def parse(at: float, body: bytes) -> tuple[Observation, ...]:
        found = []
        for whole in _runs(journey, body):
            root = whole.root
            found.append(
                Observation(
                    at=at,
                    source=jaeger.NAME,
                    kind=RUN,
                    subject=journey,
                    id=f"{root.trace} {len(whole.spans)}",
                    value=root.end / 1_000_000,
                    text=" ".join(sorted(working(whole))),
                    labels={
                        "trace": root.trace,
                        "named": " ".join(sorted(named(whole, peer))),
                        "outcome": root.attributes.get("seatrial.outcome", ""),
                    },
                )
            )
        return tuple(found)

    asked = query.search(PROBER, limit=LOOKED_AT, start=query.SINCE, tags={JOURNEY: journey})
    return Watch(
        name=f"traces of {journey}",
        workload=jaeger.NAME,
        port=jaeger.QUERY,
        path=asked,
        parse=parse,
        every=2.0,
    )


def profiles(journey: str, peer: Peer) -> Watch:
    """The journey's newest runs since the drill began, each with what it waited for."""

    def parse(at: float, body: bytes) -> tuple[Observation, ...]:
        found = []
        for whole in _runs(journey, body):
            root = whole.root
            found.append(
                Observation(
                    at=at,
                    source=jaeger.NAME,
                    kind=PROFILE,
                    subject=journey,
                    id=f"profile {root.trace} {len(whole.spans)}",
                    value=root.start / 1_000_000,
                    text=written(profile(whole, peer)),
                    labels={"trace": root.trace},
                )
            )
        return tuple(found)

    asked = query.search(PROBER, limit=PROFILED, start=query.SINCE, tags={JOURNEY: journey})
    return Watch(
        name=f"profiles of {journey}",
        workload=jaeger.NAME,
        port=jaeger.QUERY,
        path=asked,
        parse=parse,
        every=3.0,
    )


def kept(*, so_far: bool = False) -> Watch:
    """The traces from before the drill, by their ids: one observation a look.

    `so_far`: all that there are by now, to see that there is something to lose.
    """

    def parse(at: float, body: bytes) -> tuple[Observation, ...]:
        ids = sorted({spans[0].trace for spans in query.traces(body) if spans})
        return (
            Observation(
                at=at,
                source=jaeger.NAME,
                kind=KEPT,
                subject="traces",
                value=float(len(ids)),
                text=" ".join(ids),
            ),
        )

    return Watch(
        name="traces kept",
        workload=jaeger.NAME,
        port=jaeger.QUERY,
        path=query.search(PROBER, limit=COMPARED, end="" if so_far else query.SINCE),
        parse=parse,
        every=1.0,
    )


def faults(caller: str, peer: Peer) -> Watch:
    """The newest failed calls since the drill began: one observation for each span with an error.

    `subject` is who called, `text` whom, where the span names it.
    """

    def parse(at: float, body: bytes) -> tuple[Observation, ...]:
        return tuple(
            Observation(
                at=at,
                source=jaeger.NAME,
                kind=FAULT,
                subject=span.service,
                id=f"{span.trace} {span.id}",
                value=span.start / 1_000_000,
                text=peer(span),
                labels={"trace": span.trace, "operation": span.operation},
            )
            for spans in query.traces(body)
            for span in spans
            if span.error and span.service == caller
        )

    return Watch(
        name=f"failed calls of {caller}",
        workload=jaeger.NAME,
        port=jaeger.QUERY,
        path=query.search(caller, limit=LOOKED_AT, start=query.SINCE, tags={"error": "true"}),
        parse=parse,
        every=2.0,
    )
