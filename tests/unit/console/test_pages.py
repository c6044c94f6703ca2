"""The pages over HTTP, without a socket."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from seatrial.app.plan import Plan, plan
from seatrial.console.app import application
from seatrial.runtimes.local.runtime import LocalRuntime

REFERENCE = Path(__file__).parents[3] / "examples/workflow-platform/seatrial.yaml"
HOST = "http://localhost"


def load(name: str) -> Any:
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"console_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return plan(REFERENCE, LocalRuntime("workflow-platform", tmp_path_factory.mktemp("home")))


@pytest.fixture
def source(reference: Plan) -> Any:
    return load("fake").FakeSource(reference)


def get(source: Any, path: str, host: str = HOST) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=application(source, ("localhost",)))
        async with httpx.AsyncClient(transport=transport, base_url=host) as client:
            return await client.get(path)

    return asyncio.run(ask())


def test_every_board_has_its_page(source: Any) -> None:
    for board in source.boards:
        answer = get(source, f"/d/{board.uid}")
        assert answer.status_code == 200
        assert f"<h1>{board.title}</h1>" in answer.text
        assert answer.text.count('class="panel ') == len(board.panels)
        for panel in board.panels:
            assert panel.description.replace("'", "&#39;") in answer.text


def test_the_first_page_is_the_first_board(source: Any) -> None:
    answer = get(source, "/")
    assert (answer.status_code, answer.headers["location"]) == (307, f"/d/{source.boards[0].uid}")


def test_what_cannot_be_asked_says_why_and_shows_no_figure(source: Any) -> None:
    source.broken = {1}
    text = get(source, f"/d/{source.boards[0].uid}?viewPanel=1").text
    assert "prometheus does not answer" in text
    assert "cannot be asked" in text
    assert 'class="stat' not in text


def test_what_ended_says_since_when(source: Any) -> None:
    source.silent = {1}
    text = get(source, f"/d/{source.boards[0].uid}?viewPanel=1").text
    assert "no data since" in text
    assert 'class="stat' not in text


def test_one_panel_alone(source: Any) -> None:
    board = source.boards[3]
    text = get(source, f"/d/{board.uid}?viewPanel=2&from=now-6h&to=now").text
    assert text.count('class="panel ') == 1
    assert 'id="panel-2"' in text
    assert "from=now-6h&amp;to=now" in text  # the range goes along


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/d/nothing", 404, "there is no board nothing; did you mean"),
        ("/d/{uid}?from=yesterday", 400, "is no instant"),
        ("/d/{uid}?from=now&to=now-1h", 400, "is no range"),
        ("/runbooks/nobody", 404, "there is no runbook of nobody"),
        ("/runbooks/..%2f..%2fetc%2fpasswd", 404, ""),
    ],
)
def test_what_is_not_there_is_told_in_words(
    source: Any, path: str, status: int, words: str
) -> None:
    answer = get(source, path.format(uid=source.boards[0].uid))
    assert answer.status_code == status
    assert words in answer.text
    assert "Traceback" not in answer.text


def test_what_an_address_says_is_never_markup(source: Any) -> None:
    answer = get(source, "/d/%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    assert "<script>alert" not in answer.text


def test_a_page_of_another_site_cannot_read_it(source: Any) -> None:
    assert get(source, "/", host="http://attacker.example").status_code == 400
    headers = get(source, f"/d/{source.boards[0].uid}").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]


def test_runbooks_are_pages(source: Any) -> None:
    text = get(source, "/runbooks/api").text
    assert "<h1 " in text
    assert 'id="servicedown"' in text  # what an alert's link names


def test_the_panels_alone_are_what_a_page_renews_itself_from(source: Any) -> None:
    text = get(source, f"/d/{source.boards[0].uid}/panels").text
    assert "<html" not in text
    assert 'id="panel-1"' in text
