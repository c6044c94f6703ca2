"""What somebody sees who opens a board: at a desk, in the dark, on a phone, on paper."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from looks import TOO_FAINT, TOO_WIDE

from seatrial.app.plan import plan
from seatrial.console.app import CHARTS, VENDOR, application
from seatrial.runtimes.local.runtime import LocalRuntime

if TYPE_CHECKING:
    from conftest import Browser

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "examples/workflow-platform/seatrial.yaml"
FAKE = ROOT / "tests/unit/console/fake.py"
DESK, PHONE = (1280, 800), (390, 844)
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])
PATIENCE = 60.0  # seconds, before what does not come counts as missing


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Any:
    spec = importlib.util.spec_from_file_location("console_fake", FAKE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    places = LocalRuntime("workflow-platform", tmp_path_factory.mktemp("home"))
    made = module.FakeSource(plan(REFERENCE, places))
    made.now = time.time()
    return made


@pytest.fixture(scope="module")
def address(source: Any) -> Iterator[str]:
    """The pages on a free port of loopback."""
    config = uvicorn.Config(
        application(source, ("127.0.0.1",)), port=0, log_config=None, lifespan="off", ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=PATIENCE)


@pytest.fixture(autouse=True)
def healed(source: Any) -> Iterator[None]:
    yield
    source.broken, source.silent = set(), set()


def until(holds: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := holds():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come")


def wrong(browser: Browser) -> list[Any]:
    """What the browser complains of: scripts that failed, what the page's policy refused."""
    return browser.seen("Runtime.exceptionThrown") + browser.seen("Log.entryAdded")


def of(source: Any, name: str) -> str:
    return f"/d/{source.plan.system.name}-{name}"


@SCHEMES
@pytest.mark.parametrize("size", [DESK, PHONE])
def test_every_board_fits_and_can_be_read(
    browser: Browser, address: str, source: Any, size: tuple[int, int], scheme: str
) -> None:
    width, height = size
    for board in source.boards:
        url = f"{address}/d/{board.uid}"
        browser.open(url, width=width, height=height, scheme=scheme)
        assert browser.ask("document.querySelectorAll('.panel').length") == len(board.panels)
        assert browser.ask(TOO_WIDE) == [], board.uid
        assert browser.ask(TOO_FAINT) == [], board.uid
        assert wrong(browser) == [], board.uid


@pytest.mark.skipif(not (VENDOR / CHARTS).is_file(), reason="unknown: no npm to take uPlot from")
def test_lines_tell_their_values_under_the_pointer(
    browser: Browser, address: str, source: Any
) -> None:
    browser.open(address + of(source, "service-api"))
    assert browser.ask("document.querySelectorAll('.k-lines .charted canvas').length") > 5
    browser.ask("document.querySelector('.k-lines .charted').scrollIntoView()")
    box = browser.ask(
        "document.querySelector('.k-lines .charted .u-over').getBoundingClientRect().toJSON()"
    )
    x, y = box["x"] + box["width"] / 3, box["y"] + box["height"] / 2
    browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
    text = until(
        lambda: browser.ask("[...document.querySelectorAll('.tip:not([hidden])')][0]?.innerText")
    )
    assert "replicas" in text


def test_without_the_script_the_lines_are_there(
    browser: Browser, address: str, source: Any
) -> None:
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(address + of(source, "service-api"))
        browser.call("Emulation.setScriptExecutionDisabled", value=False)
        drawn = "document.querySelectorAll('.k-lines .drawn path.line').length"
        assert browser.ask(drawn) > 5
        assert browser.ask("document.querySelector('.drawn').checkVisibility()")
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)


def test_on_paper_the_lines_are_shapes_and_nothing_can_be_pressed(
    browser: Browser, address: str, source: Any
) -> None:
    browser.open(address + of(source, "hosts"), width=800, height=1100, media="print")
    style = "getComputedStyle(document.querySelector('.drawn')).visibility"
    assert browser.ask(style) == "visible"
    for each in (".live-chart", ".tools", "nav"):
        assert not browser.ask(f"document.querySelector('{each}').checkVisibility()"), each


def test_what_ends_while_the_page_is_open_is_told(
    browser: Browser, address: str, source: Any
) -> None:
    browser.open(address + of(source, "overview"))
    first = "document.querySelector('#panel-1')"
    assert browser.ask(f"{first}.querySelector('.stat') !== null")
    source.silent = {1}
    browser.ask("void refresh()")
    text = until(
        lambda: browser.ask(f"{first}.querySelector('.missing')?.innerText"),
    )
    assert "no data since" in text
    assert browser.ask(f"{first}.querySelector('.stat')") is None


def test_what_is_no_longer_fresh_looks_old(browser: Browser, address: str, source: Any) -> None:
    browser.open(address + of(source, "overview"))
    browser.ask("holder.dataset.url = '/d/nothing/panels'; void refresh()")
    until(lambda: browser.ask("holder.classList.contains('stale')"))
    assert "no longer fresh" in browser.ask("document.getElementById('said').textContent")


def test_the_keyboard_reaches_everything(browser: Browser, address: str, source: Any) -> None:
    browser.open(address + of(source, "overview"))
    hidden = """
    [...document.querySelectorAll("a[href], button, summary")].filter((each) =>
      each.checkVisibility() && each.tabIndex < 0).length
    """
    assert browser.ask(hidden) == 0
    browser.ask("document.querySelector('.menu summary').focus()")
    for kind in ("keyDown", "keyUp"):
        browser.call(
            "Input.dispatchKeyEvent",
            type=kind,
            key="Enter",
            code="Enter",
            text="\r",
            windowsVirtualKeyCode=13,
        )
    assert until(lambda: browser.ask("document.querySelector('.menu').open"))
    browser.call("Input.dispatchKeyEvent", type="keyDown", key="Escape", code="Escape")
    assert until(lambda: not browser.ask("document.querySelector('.menu').open"))


def test_the_readers_theme_is_kept(browser: Browser, address: str, source: Any) -> None:
    browser.open(address + of(source, "overview"))
    light = browser.ask("getComputedStyle(document.body).backgroundColor")
    browser.ask("document.querySelector('.theme').click();document.querySelector('.theme').click()")
    assert browser.ask("document.documentElement.dataset.theme") == "dark"
    browser.open(address + of(source, "hosts"))
    assert browser.ask("getComputedStyle(document.body).backgroundColor") != light
    browser.ask("localStorage.clear()")
