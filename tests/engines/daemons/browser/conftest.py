"""A prober whose journey a real Chromium walks, against real pages on loopback."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from seatrial.runtimes.shared import browser

sys.path.insert(0, str(Path(__file__).parent))  # shop.py, beside the tests

from shop import ACTS, JOURNEY, Site, shop

HOW = "no Chromium to walk journeys with: run `make browser`, or `apt-get install chromium`"


@pytest.fixture(autouse=True)
def _chromium() -> None:
    if browser.found() is None:
        if os.geteuid() != 0:  # `make test` cannot install it then: said, and counted as skipped
            pytest.skip(f"unknown: {HOW}")
        pytest.fail(HOW, pytrace=False)  # not skipped: unseen is not good


@dataclass(frozen=True, kw_only=True)
class Looking:
    """A prober that looks."""

    daemon: Any
    folder: Path
    lines: list[str]

    def counted(self, name: str, **labels: str) -> float:
        """The sum of the series of that name with those labels."""
        return sum(
            sample.value
            for family in text_string_to_metric_families(self.daemon.text("/metrics"))
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    def runs(self, outcome: str) -> float:
        return self.counted("journey_requests_total", outcome=outcome)

    def steps(self, step: str, outcome: str) -> float:
        return self.counted("journey_steps_total", step=step, outcome=outcome)

    def logged(self, event: str) -> list[dict[str, Any]]:
        return [found for found in map(json.loads, self.lines[:]) if found["event"] == event]

    def said(self) -> list[dict[str, Any]]:
        """What it logged of runs that were walked: others may have had to wait for the browser."""
        return [each for each in self.logged("journey") if each["outcome"] != "unknown"]

    def left(self) -> dict[str, Any]:
        """What the last failed run left."""
        told: dict[str, Any] = json.loads((self.folder / "b/failed/sign-in.json").read_text())
        return told

    def browsers(self) -> list[psutil.Process]:
        """All that it began: the process that holds the browser, its driver, Chromium's own."""
        return psutil.Process(self.daemon.process.pid).children(recursive=True)


@pytest.fixture
def site() -> Iterator[Site]:
    with shop() as found:
        yield found


Look = Callable[..., Looking]


@pytest.fixture
def look(start: Callable[..., Any], tmp_path: Path) -> Look:
    """Start a prober with the journey of this folder, or that with something else in it."""

    def begin(base: str, *more: str, beside: Any = (), env: Any = None, **change: Any) -> Looking:
        journey = {
            "name": JOURNEY,
            "bases": [base],
            "rate": 0.5,
            "max_in_flight": 2,
            "timeout_s": 30,
            "acts": ACTS,
            "cleanup": [{"method": "DELETE", "path": "/orders/${id}"}],
            **change,
        }
        plan = tmp_path / "plan.json"
        plan.write_text(json.dumps({"journeys": [journey, *beside]}))
        words = ("--plan", plan, f"--browser={tmp_path / 'b'}", *more)
        daemon = start("prober", *words, env=env)
        lines: list[str] = []
        threading.Thread(target=lambda: lines.extend(daemon.process.stdout), daemon=True).start()
        return Looking(daemon=daemon, folder=tmp_path, lines=lines)

    return begin
