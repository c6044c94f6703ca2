"""The report in a real browser: Chromium, asked over its DevTools pipe.

The protocol (https://chromedevtools.github.io/devtools-protocol/) runs over two pipes, JSON texts
ended by NUL: no port, no driver, no further dependency.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from seatrial.evidence.keys import signing_key

sys.path.insert(0, str(Path(__file__).parent))  # looks.py, beside the tests
SAMPLES = Path(__file__).parents[1] / "unit/evidence/samples.py"
NAMES = ("chromium", "chromium-browser", "google-chrome")
HOW = "no Chromium to look at the report with: run `make browser`, or `apt-get install chromium`"
PATIENCE = 120.0  # seconds for one answer, before the browser counts as hung
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)


class Browser:
    """One tab. `events` are those seen since the page was opened."""

    def __init__(self, program: str, profile: Path) -> None:
        """Start it with a profile of its own."""
        to_read, self._out = os.pipe()
        self._in, to_write = os.pipe()
        joined = f'exec "$0" "$@" 3<&{to_read} 4>&{to_write}'
        self.process = subprocess.Popen(
            ["bash", "-c", joined, program, *FLAGS, f"--user-data-dir={profile}"],
            pass_fds=(to_read, to_write),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(to_read)
        os.close(to_write)
        self._number, self._rest, self._session = 0, b"", ""
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call("Page.setLifecycleEventsEnabled", enabled=True)

    def call(self, method: str, **params: Any) -> Any:
        """Ask, and wait for the answer."""
        self._number += 1
        asked: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            asked["sessionId"] = self._session
        os.write(self._out, json.dumps(asked).encode() + b"\0")
        while True:
            told = self._next()
            if told.get("id") == self._number:
                assert "error" not in told, (method, told["error"])
                return told["result"]
            self.events.append(told)

    def _next(self) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._in], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, "Chromium does not answer"
            more = os.read(self._in, 1 << 20)
            assert more, "Chromium has ended"
            self._rest += more
        text, _, self._rest = self._rest.partition(b"\0")
        told: dict[str, Any] = json.loads(text)
        return told

    def open(
        self,
        page: Path | str,
        *,
        width: int = 1280,
        height: int = 800,
        scheme: str = "light",
        media: str = "screen",
        fragment: str = "",
    ) -> None:
        """Load a file or an address in a window of that size, and wait until it is loaded."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 500,
        )
        features = [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self.call("Emulation.setEmulatedMedia", media=media, features=features)
        self._go("about:blank")  # else another fragment would not load the page again
        self.events.clear()
        self._go((page if isinstance(page, str) else page.as_uri()) + fragment)

    def _go(self, url: str) -> None:
        loader = self.call("Page.navigate", url=url)["loaderId"]
        loaded = {"name": "load", "loaderId": loader}
        while all(
            each.get("method") != "Page.lifecycleEvent"
            or not loaded.items() <= each["params"].items()
            for each in self.events
        ):
            self.events.append(self._next())

    def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression on the page."""
        told = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def seen(self, method: str) -> list[dict[str, Any]]:
        """The events of one kind, after all of them have come."""
        self.ask("0")
        return [each["params"] for each in self.events if each.get("method") == method]

    def picture(self, path: Path, *, whole: bool = False) -> bytes:
        """A PNG of the window, or of the whole page; kept at `path`."""
        told = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        content = base64.b64decode(told["data"])
        path.write_bytes(content)
        return content

    def close(self) -> None:
        """End it and everything that it started."""
        for each in (self._out, self._in):
            os.close(each)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        if os.geteuid() != 0:  # `make test` cannot install it then: said, and counted as skipped
            pytest.skip(f"unknown: {HOW}")
        pytest.fail(HOW, pytrace=False)  # not skipped: unseen is not good
    made = Browser(found, tmp_path_factory.mktemp("chromium"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def samples() -> ModuleType:
    spec = importlib.util.spec_from_file_location("evidence_samples", SAMPLES)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def report(samples: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a trial that went as trials go."""
    folder = tmp_path_factory.mktemp("trial")
    samples.write(samples.trial(signing_key(folder / "keys")), folder / "report")
    return folder / "report" / "report.html"


@pytest.fixture(scope="session")
def long_report(samples: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with names that are far too long."""
    folder = tmp_path_factory.mktemp("long")
    samples.write(samples.long_trial(signing_key(folder / "keys")), folder / "report")
    return folder / "report" / "report.html"
