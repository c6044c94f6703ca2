from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from seatrial.daemons.watchdog import beat

BEAT = {"version": "4", "status": "firing", "alerts": [{}]}
GONE = {"version": "4", "status": "resolved", "alerts": [{}]}


@pytest.fixture
def sink(start: Callable[..., Any], tmp_path: Path) -> Any:
    return start("sink", "--smtp-port", "0", "--journal", tmp_path / "sink")


def _watchdog(start: Callable[..., Any], sink: Any, tmp_path: Path, *more: str) -> Any:
    key = tmp_path / "key"
    key.write_text("k" * 32 + "\n")
    return start(
        "watchdog",
        *("--name", "shop", "--journal", str(tmp_path / "watchdog")),
        *("--slack-url", sink.url("/slack/ops")),
        *("--pagerduty-url", sink.url("/pagerduty/ops/v2/enqueue")),
        *("--pagerduty-key-file", str(key)),
        *("--smtp", sink.ready["smtp"], "--email", "ops@example.invalid"),
        *more,
    )


def _arrived(sink: Any) -> list[tuple[str, str, str]]:
    arrivals = sink.get("/arrivals")["arrivals"]
    assert all(arrival["valid"] for arrival in arrivals), arrivals
    return sorted((a["channel"], a["alertname"], a["status"]) for a in arrivals)


def _expected(alert: str, *statuses: str) -> list[tuple[str, str, str]]:
    return sorted((c, alert, s) for c in ("slack", "pagerduty", "email") for s in statuses)


def test_resolved_pages_every_channel_and_a_beat_ends_it(
    start: Callable[..., Any],
    sink: Any,
    tmp_path: Path,
    until: Callable[..., Any],
) -> None:
    watchdog = _watchdog(start, sink, tmp_path)
    assert watchdog.post("/beat", BEAT).is_success
    assert watchdog.get("/status")["state"] == "beating"
    watchdog.post("/beat", GONE)
    watchdog.post("/beat", GONE)
    until(lambda: _arrived(sink) == _expected("WatchdogResolved", "firing"))
    watchdog.post("/beat", BEAT)
    until(lambda: _arrived(sink) == _expected("WatchdogResolved", "firing", "resolved"))
    assert watchdog.end() == 0


def test_silence_pages_and_refused_pages_are_tried_again(
    start: Callable[..., Any],
    sink: Any,
    tmp_path: Path,
    until: Callable[..., Any],
) -> None:
    sink.post("/deaf", {"channels": ["slack", "pagerduty", "email"]})
    watchdog = _watchdog(start, sink, tmp_path, "--silence", "1")
    watchdog.post("/beat", BEAT)
    until(lambda: min(sink.get("/deaf")["refused"][c] for c in ("slack", "email")) > 0)
    assert sink.get("/arrivals")["arrivals"] == []
    httpx.delete(sink.url("/deaf"), trust_env=False)
    until(lambda: _arrived(sink) == _expected("WatchdogSilent", "firing"))


def test_page_and_incident_survive_kill_9(
    start: Callable[..., Any],
    sink: Any,
    tmp_path: Path,
    until: Callable[..., Any],
) -> None:
    sink.post("/deaf", {"channels": ["slack", "pagerduty", "email"]})
    watchdog = _watchdog(start, sink, tmp_path)
    watchdog.post("/beat", BEAT)
    watchdog.post("/beat", GONE)
    watchdog.kill()
    httpx.delete(sink.url("/deaf"), trust_env=False)
    again = _watchdog(start, sink, tmp_path)
    assert again.get("/status")["state"] == "paging"
    until(lambda: _arrived(sink) == _expected("WatchdogResolved", "firing"))
    again.post("/beat", BEAT)
    until(lambda: _arrived(sink) == _expected("WatchdogResolved", "firing", "resolved"))


@pytest.mark.parametrize(
    "body",
    [b"x", b"[]", b'{"version":"3","status":"firing"}', b'{"version":"4","status":"odd"}'],
)
def test_what_is_no_beat_is_refused(body: bytes) -> None:
    with pytest.raises(beat.BeatError):
        beat.parse(body)
