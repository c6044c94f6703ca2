"""Whether the ways between a figure, its trace and its log lines lead somewhere."""

from collections.abc import Mapping
from math import inf

from seatrial.contract.scenario import Figure, Judge, Judgement, State, Watch
from seatrial.contract.timeline import Observation, Timeline
from seatrial.engines.jaeger import query as jaeger_query
from seatrial.engines.jaeger import workload as jaeger
from seatrial.engines.prometheus import query as prometheus_query
from seatrial.engines.prometheus import workload as prometheus
from seatrial.engines.victorialogs import query as victorialogs_query
from seatrial.engines.victorialogs import workload as victorialogs

EXEMPLAR, TRACE, LINE = "exemplar", "linked trace", "linked line"  # names of watches, and kinds
_MOST = 200  # traces in one answer
_LINES = 2000
SETTLED = 10.0  # seconds after which a trace that is kept can be looked at
LEADING = 0.9  # share of exemplars that lead to their trace: whoever clicks one rarely finds none
_NONE: frozenset[str] = frozenset()


def exemplars() -> Watch:
    """What figures of services point to: one observation for each trace that an exemplar names."""

    def parse(at: float, body: bytes) -> tuple[Observation, ...]:
        return _seen(at, EXEMPLAR, prometheus_query.exemplars(body))

    return Watch(
        name=EXEMPLAR,
        workload=prometheus.NAME,
        port=prometheus_query.PORT,
        path=prometheus_query.exemplar('{__name__=~".+_(bucket|total)",service!=""}'),
        parse=parse,
        every=2.0,
    )


def traces(service: str) -> Watch:
    """The traces of a service, with the services that are in them.

    Also of some time before the drill: figures name a trace some seconds after its spans.
    """

    def parse(at: float, body: bytes) -> tuple[Observation, ...]:
        found = {
            (span.service, span.trace) for spans in jaeger_query.traces(body) for span in spans
        }
        return _seen(at, TRACE, found)

    return Watch(
        name=f"{TRACE} of {service}",
        workload=jaeger.NAME,
        port=jaeger.QUERY,
        path=jaeger_query.search(service, limit=_MOST, start=jaeger_query.EARLIER),
        parse=parse,
        every=4.0,
    )


def lines() -> Watch:
    """The traces that log lines since the drill began belong to, with who wrote these."""

    def parse(at: float, body: bytes) -> tuple[Observation, ...]:
        rows = victorialogs_query.rows(body)
        return _seen(at, LINE, {(each["service"], each["trace_id"]) for each in rows})

    asked = f"trace_id:* | uniq by (service, trace_id) limit {_LINES}"
    return Watch(
        name=LINE,
        workload=victorialogs.NAME,
        port=victorialogs_query.PORT,
        path=victorialogs_query.since(asked),
        parse=parse,
        every=2.0,
    )


def _seen(at: float, kind: str, found: set[tuple[str, str]]) -> tuple[Observation, ...]:
    return tuple(
        Observation(
            at=at,
            source=kind,
            kind=kind,
            subject=service,
            id=f"{service} {trace}",
            labels={"trace": trace},
        )
        for service, trace in sorted(found)
    )


def resolved(services: frozenset[str], *, logged: bool) -> Judge:
    """Nearly all exemplars lead to a trace with a span of their service, of each service one.

    `logged`: and that trace to a line of that service. What was seen in the last moment is not
    judged: its trace may be on its way.
    """
    wanted = (EXEMPLAR, TRACE, LINE) if logged else (EXEMPLAR, TRACE)

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        seen = {kind: _traces(timeline, kind) for kind in wanted}
        whole = {
            name: frozenset.intersection(*(seen[kind].get(name, _NONE) for kind in wanted))
            for name in services
        }
        settled = _traces(timeline, EXEMPLAR, until=_last(timeline) - SETTLED)
        figures = _figures(services, seen, whole, settled)
        dead = sorted(name for name, found in whole.items() if not found)
        if not dead and not all(each.holds for each in figures):
            reason = "too many exemplars name a trace that is not there"
            if not any(settled.get(name) for name in services):
                reason = "every exemplar is too new to be judged"
            return Judgement(state=_unmet(timeline, TRACE, over), reason=reason, figures=figures)
        if not dead:
            way = " to its trace and its lines" if logged else " to its trace"
            reason = f"an exemplar of each of {', '.join(sorted(services))} leads{way}"
            return Judgement(state=State.MET, reason=reason, figures=figures)
        name = dead[0]
        lacking = next((kind for kind in wanted if not seen[kind].get(name)), "")
        reason = f"no {lacking} of {name}" if lacking else f"no exemplar of {name} leads to both"
        return Judgement(state=_unmet(timeline, lacking, over), reason=reason, figures=figures)

    return judge


def _unmet(timeline: Timeline, lacking: str, over: bool) -> State:  # noqa: FBT001 - as a judge
    """What is not there leads nowhere, unless nobody could ask for it."""
    if not over:
        return State.PENDING
    away = [each for each in timeline.of(kind="unreachable") if each.source.startswith(lacking)]
    return State.BLIND if away else State.BROKEN


def _last(timeline: Timeline) -> float:
    return timeline.observations[-1].at if timeline.observations else 0.0


def _traces(timeline: Timeline, kind: str, *, until: float = inf) -> Mapping[str, frozenset[str]]:
    """By service, those that were seen until then."""
    found: dict[str, set[str]] = {}
    for each in timeline.of(source=kind, kind=kind):
        if each.at <= until:
            found.setdefault(each.subject, set()).add(each.labels["trace"])
    return {name: frozenset(traces) for name, traces in found.items()}


def _figures(
    services: frozenset[str],
    seen: Mapping[str, Mapping[str, frozenset[str]]],
    whole: Mapping[str, frozenset[str]],
    settled: Mapping[str, frozenset[str]],
) -> tuple[Figure, ...]:
    def count(found: Mapping[str, frozenset[str]]) -> int:
        return sum(len(found.get(name, _NONE)) for name in services)

    judged = count(settled)
    led = sum(len(settled.get(name, _NONE) & seen[TRACE].get(name, _NONE)) for name in services)
    return (
        Figure(name="exemplars seen", value=count(seen[EXEMPLAR]), unit=""),
        Figure(name="exemplars that lead all the way", value=count(whole), unit=""),
        Figure(
            name="services whose exemplars lead nowhere",
            value=sum(not found for found in whole.values()),
            unit="",
            target=0,
            bound="==",
        ),
        Figure(
            name="share of exemplars that lead to their trace",
            value=round(led / judged, 3) if judged else 0.0,
            unit="",
            target=LEADING,
            bound=">=",
        ),
    )
