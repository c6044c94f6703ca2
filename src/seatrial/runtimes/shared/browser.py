"""A Chromium without a window, asked over its DevTools pipe.

The protocol (https://chromedevtools.github.io/devtools-protocol/) runs over two pipes, JSON texts
ended by NUL: no port that others could speak to, no driver, no further dependency.
"""

import base64
import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from seatrial.contract.runtime import RuntimeFailure

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--headless",
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
_PHONE = 500  # pixels: narrower is a phone's window
_GRACE = 10.0
_CHUNK = 1 << 20


def found() -> str | None:
    """The browser's program, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One tab. `events` are those seen since the page was opened.

    `patience` is how long, in seconds, one answer may take. What goes wrong is a RuntimeFailure.
    """

    def __init__(self, program: str, profile: Path, *, patience: float) -> None:
        """Start it, behind what else this machine does, with a profile of its own."""
        self._patience = patience
        to_read, self._out = os.pipe()
        self._in, to_write = os.pipe()
        joined = f'exec nice -n 10 "$0" "$@" 3<&{to_read} 4>&{to_write}'
        root = ("--no-sandbox",) if os.geteuid() == 0 else ()  # it refuses to have one as root
        try:
            self._process = subprocess.Popen(
                ["bash", "-c", joined, program, *_FLAGS, *root, f"--user-data-dir={profile}"],
                pass_fds=(to_read, to_write),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            self._unpiped()
            raise RuntimeFailure(f"{program} does not start: {error.strerror}") from error
        finally:
            os.close(to_read)
            os.close(to_write)
        self._number, self._rest, self._session = 0, b"", ""
        self.events: list[dict[str, Any]] = []
        try:
            self._begin()
        except BaseException:
            self.close()
            raise

    def _begin(self) -> None:
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
        try:
            os.write(self._out, json.dumps(asked).encode() + b"\0")
        except OSError as error:
            raise RuntimeFailure("the browser has ended") from error
        while True:
            told = self._next()
            if told.get("id") == self._number:
                if "error" in told:
                    raise RuntimeFailure(f"the browser refuses {method}: {told['error']}")
                return told["result"]
            self.events.append(told)

    def _next(self) -> dict[str, Any]:
        deadline = time.monotonic() + self._patience
        while b"\0" not in self._rest:
            left = max(0.0, deadline - time.monotonic())
            ready, _, _ = select.select([self._in], [], [], left)
            if not ready:
                raise RuntimeFailure(f"the browser gave no answer for {self._patience:.0f} s")
            more = os.read(self._in, _CHUNK)
            if not more:
                raise RuntimeFailure("the browser has ended")
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
            mobile=width < _PHONE,
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

    def picture(self, *, whole: bool = False) -> bytes:
        """A PNG of the window, or of the whole page."""
        told = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(told["data"])

    def close(self) -> None:
        """End it and everything that it started."""
        self._unpiped()
        try:
            self._process.wait(timeout=_GRACE)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _unpiped(self) -> None:
        for each in (self._out, self._in):
            with contextlib.suppress(OSError):
                os.close(each)
