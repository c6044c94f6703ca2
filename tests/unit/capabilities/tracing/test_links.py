"""Exemplars that lead to traces and to lines, and those that lead nowhere."""

# ruff: noqa: FBT003 - a judge takes whether it is over in its place

from __future__ import annotations

import json

from seatrial.capabilities.tracing import links
from seatrial.contract.scenario import State
from seatrial.contract.timeline import Observation, Timeline


def seen(kind: str, service: str, trace: str, at: float = 1.0) -> Observation:
    return Observation(
        at=at,
        source=kind,
        kind=kind,
        subject=service,
        id=f"{service} {trace}",
        labels={"trace": trace},
    )


def way(service: str, trace: str, *kinds: str) -> tuple[Observation, ...]:
    return tuple(seen(each, service, trace) for each in kinds)


LATER = Observation(at=20.0, source="drill", kind="step", subject="watch")
ALL = (links.EXEMPLAR, links.TRACE, links.LINE)


def test_each_service_needs_one_exemplar_that_leads_all_the_way() -> None:
    judge = links.resolved(frozenset({"api", "worker"}), logged=True)
    api, worker = way("api", "a", *ALL), way("worker", "b", *ALL)
    found = judge(Timeline().adding((*api, *worker, LATER)), 2.0, False)
    assert found.state is State.MET
    assert [each.value for each in found.figures] == [2, 2, 0, 1]
    assert judge(Timeline().adding((*api, LATER)), 2.0, False).state is State.PENDING


def test_one_exemplar_of_ten_that_leads_somewhere_is_not_enough() -> None:
    judge = links.resolved(frozenset({"api"}), logged=True)
    one = way("api", "0", *ALL)
    others = [seen(links.EXEMPLAR, "api", str(number)) for number in range(1, 10)]
    timeline = Timeline().adding((*one, *others, LATER))
    assert judge(timeline, 2.0, False).state is State.PENDING
    found = judge(timeline, 2.0, True)
    reason = "too many exemplars name a trace that is not there"
    assert (found.state, found.reason) == (State.BROKEN, reason)
    assert [each.value for each in found.figures if not each.holds] == [0.1]
    led = [seen(links.TRACE, "api", str(number)) for number in range(1, 9)]
    assert judge(timeline.adding(led), 2.0, True).state is State.MET  # nine of ten
    away = Observation(at=1.0, source=f"{links.TRACE} of api", kind="unreachable", subject="jaeger")
    assert judge(timeline.adding((away,)), 2.0, True).state is State.BLIND


def test_an_exemplar_of_just_now_is_not_judged_yet() -> None:
    judge = links.resolved(frozenset({"api"}), logged=True)
    early, late = way("api", "a", *ALL), seen(links.EXEMPLAR, "api", "b", at=LATER.at - 5)
    assert judge(Timeline().adding((*early, late, LATER)), 2.0, True).state is State.MET
    soon = judge(Timeline().adding(early), 2.0, False)
    reason = "every exemplar is too new to be judged"
    assert (soon.state, soon.reason) == (State.PENDING, reason)


def test_what_leads_to_another_services_trace_leads_nowhere() -> None:
    judge = links.resolved(frozenset({"api"}), logged=True)
    crossed = (
        *way("api", "a", links.EXEMPLAR, links.LINE),
        *way("worker", "a", links.TRACE),
        *way("api", "b", links.TRACE, links.LINE),
        seen("jaeger", "api", "b"),
    )
    found = judge(Timeline().adding(crossed), 2.0, True)
    assert (found.state, found.reason) == (State.BROKEN, "no exemplar of api leads to both")
    assert not all(each.holds for each in found.figures)


def test_what_is_missing_is_named_and_a_store_that_is_away_gives_no_verdict() -> None:
    judge = links.resolved(frozenset({"api"}), logged=False)
    found = judge(Timeline().adding(way("api", "a", links.EXEMPLAR)), 2.0, True)
    assert (found.state, found.reason) == (State.BROKEN, "no linked trace of api")
    away = Observation(at=1.0, source=links.TRACE, kind="unreachable", subject="jaeger")
    found = judge(Timeline().adding((*way("api", "a", links.EXEMPLAR), away)), 2.0, True)
    assert found.state is State.BLIND


def test_a_figure_of_spans_speaks_of_the_service_that_it_names() -> None:
    answer = {
        "status": "success",
        "data": [
            {
                "seriesLabels": {"service": "jaeger", "service_name": "api"},
                "exemplars": [{"labels": {"trace_id": "a"}}, {"labels": {}}],
            },
            {"seriesLabels": {"service": "worker"}, "exemplars": [{"labels": {"trace_id": "b"}}]},
        ],
    }
    found = links.exemplars().parse(1.0, json.dumps(answer).encode())
    assert {(each.subject, each.labels["trace"]) for each in found} == {
        ("api", "a"), ("worker", "b"),
    }  # fmt: skip
