"""What a timeline must show of an attack: met, broken, late, blind."""

# ruff: noqa: FBT003 - a judge takes whether it is over in its place

from __future__ import annotations

from seatrial.capabilities.detection import judges
from seatrial.contract.scenario import State
from seatrial.contract.timeline import Observation, Timeline


def step(name: str, at: float) -> Observation:
    return Observation(at=at, source="drill", kind="step", subject=name)


def alert(name: str, at: float) -> Observation:
    return Observation(at=at, source=judges.ALERTS, kind="routed", subject=name)


def line(*seen: Observation) -> Timeline:
    return Timeline().adding((step("inject", 100.0), *seen))


def test_an_alert_in_time_is_met_and_says_how_long_it_took() -> None:
    found = judges.detected("WebShell")(line(alert("WebShell", 107.0)), 110.0, False)
    assert found.state is State.MET
    assert found.figures[0].value == 7.0


def test_late_and_never_and_before_are_not_met() -> None:
    judge = judges.detected("WebShell")
    assert judge(line(alert("WebShell", 131.0)), 140.0, True).state is State.BROKEN
    assert judge(line(alert("Scanner", 101.0)), 140.0, True).state is State.BROKEN
    assert judge(line(alert("WebShell", 99.0)), 140.0, True).state is State.BROKEN
    assert judge(line(), 101.0, False).state is State.PENDING
    assert judge(Timeline(), 101.0, True).state is State.PENDING


def test_who_cannot_ask_alertmanager_is_blind() -> None:
    away = Observation(at=120.0, source=judges.ALERTS, kind="unreachable", subject="alertmanager")
    assert judges.detected("WebShell")(line(away), 140.0, True).state is State.BLIND


def test_others_are_quiet_only_where_the_attack_was_heard() -> None:
    judge = judges.nothing_else({"WebShell", "MassExport"}, {"WebShell"}, {"Stopped"})
    heard = alert("WebShell", 105.0)
    assert judge(line(heard), 190.0, False).state is State.PENDING
    assert judge(line(heard), 190.0, True).state is State.MET
    assert judge(line(heard, alert("Other", 106.0)), 190.0, True).state is State.MET
    assert judge(line(heard, alert("MassExport", 106.0)), 190.0, True).state is State.BROKEN
    assert judge(line(), 190.0, True).state is State.BLIND
