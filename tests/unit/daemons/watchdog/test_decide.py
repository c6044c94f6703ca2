from __future__ import annotations

from dataclasses import replace

import pytest

from seatrial.daemons.watchdog.decide import Event, Limits, Notice, State, decide

LIMITS = Limits(silence=40, arm=120)
START = State(hearing_since=0, last_tick=0)


def play(state: State, events: list[tuple[float, Event]]) -> tuple[State, list[tuple[float, str]]]:
    """Play events with a tick each second in between; give what was sent and when."""
    sent = []
    now = int(state.last_tick)
    for at, event in events:
        steps = [(float(second), "tick") for second in range(now + 1, int(at) + 1)]
        for when, what in [*steps, (at, event)]:
            decision = decide(state, what, when, LIMITS)  # type: ignore[arg-type]
            state = decision.state
            sent += [(when, f"{a.alert} {a.status}") for a in decision.actions]
            assert decision.reason
        now = int(at)
    return state, sent


def test_silence_pages_once_after_40_s_and_the_next_beat_ends_it() -> None:
    state, sent = play(START, [(5, "beat"), (300, "tick"), (301, "beat"), (302, "beat")])
    assert sent == [(45, "WatchdogSilent firing"), (301, "WatchdogSilent resolved")]
    assert (state.mode, state.beats) == ("beating", 3)


def test_resolved_pages_at_once_and_only_once() -> None:
    state, sent = play(START, [(5, "beat"), (10, "gone"), (20, "gone"), (200, "tick")])
    assert sent == [(10, "WatchdogResolved firing")]
    assert state.mode == "paging"
    _, sent = play(state, [(210, "beat")])
    assert sent == [(210, "WatchdogResolved resolved")]


def test_regular_beats_never_page() -> None:
    _, sent = play(START, [(float(at), "beat") for at in range(10, 1000, 15)])
    assert sent == []


def test_without_a_first_beat_it_pages_after_arm() -> None:
    _, sent = play(START, [(300, "tick")])
    assert sent == [(120, "WatchdogSilent firing")]


def test_armed_in_an_earlier_life_needs_no_first_beat() -> None:
    _, sent = play(replace(START, armed=True), [(60, "tick")])
    assert sent == [(40, "WatchdogSilent firing")]


def test_same_beat_from_two_alertmanagers_counts_once() -> None:
    state, _ = play(START, [(5, "beat"), (5.3, "beat"), (15, "beat")])
    assert state.beats == 2


def test_own_standstill_is_not_silence() -> None:
    state, _ = play(START, [(5, "beat")])
    woken = decide(state, "tick", 500, LIMITS)
    assert woken.actions == ()
    assert "stood still" in woken.reason
    _, sent = play(woken.state, [(600, "tick")])
    assert sent == [(540, "WatchdogSilent firing")]


@pytest.mark.parametrize("event", ["beat", "tick"])
def test_nothing_to_end_sends_nothing(event: Event) -> None:
    assert decide(START, event, 1, LIMITS).actions == ()
    assert (
        Notice(alert="WatchdogSilent", status="firing")
        not in decide(START, "gone", 1, LIMITS).actions
    )
