"""What a request needs to be undone, and where it is found after an answer was lost."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from seatrial.contract.action import Request
from seatrial.contract.runtime import Answer, Headers, RuntimeFailure
from seatrial.runtimes.shared import requests

_NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
_UNDO = Request(workload="api", port="http", method="DELETE", path="/one/${answer.key}")
_PLAIN = Request(
    workload="api",
    port="http",
    method="POST",
    path="/all",
    body='{"comment": "a drill", "until": "${now+60}"}',
    undo=_UNDO,
)
_MARKED = replace(_PLAIN, body='{"comment": "a drill, ${injection}", "until": "${now+60}"}')


@dataclass
class Shelf:
    """Keeps what is posted to it, as a service with a collection does."""

    kept: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    refuses: dict[str, int] = field(default_factory=dict)
    headers: list[Headers] = field(default_factory=list)

    def send(
        self,
        method: str,
        workload: str,
        port: str,
        path: str,
        body: str,
        *,
        headers: Headers = (),
        replica: int = 0,
    ) -> Answer:
        assert replica == 0
        self.headers.append(headers)
        assert (workload, port) == ("api", "http")
        if method in self.refuses:
            return Answer(status=self.refuses[method], body=b"no")
        if method == "POST":
            name = f"n{len(self.kept)}"
            self.kept[name] = {"id": name, **json.loads(body), "status": {"state": "active"}}
            return Answer(status=200, body=json.dumps({"key": name}).encode())
        if method == "GET":
            return Answer(status=200, body=json.dumps(list(self.kept.values())).encode())
        gone = self.kept.pop(path.removeprefix("/one/"), None)
        return Answer(status=404 if gone is None else 200, body=b"")


def test_the_answer_names_what_is_undone() -> None:
    shelf = Shelf()
    learned = requests.act(_PLAIN, requests.plan(_PLAIN), shelf.send, _NOON)
    assert shelf.kept["n0"]["until"] == "2026-01-01T12:01:00+00:00"
    assert learned["undo"]["path"] == "/one/n0"
    requests.undo(learned, shelf.send)
    assert shelf.kept == {}
    requests.undo(learned, shelf.send)  # what is not there any more is no error


def test_without_answer_and_marker_it_is_never_said_to_be_undone() -> None:
    shelf = Shelf()
    planned = requests.plan(_PLAIN)
    requests.act(_PLAIN, planned, shelf.send)
    with pytest.raises(RuntimeFailure, match="answered was never read"):
        requests.undo(planned, shelf.send)


def test_what_carries_the_marker_is_found_without_an_answer_and_nothing_else_is() -> None:
    shelf = Shelf()
    planned, other = requests.plan(_MARKED), requests.plan(_MARKED)
    for each in (planned, planned, other):
        assert requests.act(_MARKED, each, shelf.send) == each
    assert planned["marker"] in shelf.kept["n0"]["comment"]
    assert "${" not in str(shelf.kept)
    requests.undo(json.loads(json.dumps(planned)), shelf.send)  # as the journal gives it back
    assert set(shelf.kept) == {"n2"}
    requests.undo(planned, shelf.send)


def test_an_undo_says_the_same_marker_as_what_it_undoes() -> None:
    shelf = Shelf()
    again = Request(
        workload="api", port="http", method="POST", path="/all", body='{"comment": "${injection}"}'
    )
    planned = requests.plan(replace(again, undo=again))
    learned = requests.act(replace(again, undo=again), planned, shelf.send)
    requests.undo(json.loads(json.dumps(learned)), shelf.send)
    said = {each["comment"] for each in shelf.kept.values()}
    assert (len(shelf.kept), said) == (2, {planned["marker"]})


def test_what_expired_is_left_alone() -> None:
    shelf = Shelf()
    planned = requests.plan(_MARKED)
    requests.act(_MARKED, planned, shelf.send)
    shelf.kept["n0"] = {**shelf.kept["n0"], "status": {"state": "expired"}}
    requests.undo(planned, shelf.send)
    assert set(shelf.kept) == {"n0"}


def test_what_is_listed_without_a_name_is_never_said_to_be_undone() -> None:
    shelf = Shelf()
    planned = requests.plan(_MARKED)
    requests.act(_MARKED, planned, shelf.send)
    shelf.kept["n0"] = {key: each for key, each in shelf.kept["n0"].items() if key != "id"}
    with pytest.raises(RuntimeFailure, match="api does not name what /all lists"):
        requests.undo(planned, shelf.send)


@pytest.mark.parametrize("body", [b"<html>", b'{"a": 1}', b""])
def test_an_answer_that_cannot_be_read_is_said(body: bytes) -> None:
    planned = requests.plan(_MARKED)
    with pytest.raises(RuntimeFailure, match="api gave an answer that cannot be read"):
        requests.undo(planned, lambda *_asked: Answer(status=200, body=body))


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("status", [400, 500])
def test_a_refused_undo_is_said(method: str, status: int) -> None:
    shelf = Shelf()
    planned = requests.plan(_MARKED)
    requests.act(_MARKED, planned, shelf.send)
    shelf.refuses = {method: status}
    with pytest.raises(RuntimeFailure, match=f"refused to undo .*{status} no"):
        requests.undo(planned, shelf.send)


def test_a_refused_request_is_said() -> None:
    shelf = Shelf(refuses={"POST": 400})
    with pytest.raises(RuntimeFailure, match="api refused /all: 400 no"):
        requests.act(_MARKED, requests.plan(_MARKED), shelf.send)


def test_a_refusal_that_is_asked_for_is_one() -> None:
    attack = Request(workload="api", port="http", method="GET", path="/x.php", refused=True)
    for status, told in ((404, ""), (200, "did not refuse"), (503, "refused")):
        shelf = Shelf(refuses={"GET": status})
        if told:
            with pytest.raises(RuntimeFailure, match=told):
                requests.act(attack, requests.plan(attack), shelf.send)
        else:
            requests.undo(requests.act(attack, requests.plan(attack), shelf.send), shelf.send)


def test_headers_go_along_and_with_the_undo_that_the_journal_gives_back() -> None:
    shelf = Shelf()
    key = (("X-API-Key", "no"),)
    asked = replace(_PLAIN, headers=key, undo=replace(_PLAIN.undo, headers=key))
    learned = requests.act(asked, requests.plan(asked), shelf.send, _NOON)
    requests.undo(json.loads(json.dumps(learned)), shelf.send)
    assert shelf.headers == [key, key]


_SHOWN = (("authorization", "Bearer ${secret.api-orders}"), ("accept", "*/*"))


def test_a_header_shows_a_secret_that_only_the_one_asked_sees() -> None:
    shelf = Shelf()
    order = replace(_PLAIN, headers=_SHOWN, undo=replace(_UNDO, headers=_SHOWN))
    send = requests.revealing(shelf.send, lambda names: dict.fromkeys(names, "s3cret"))
    planned = requests.plan(order)
    learned = requests.act(order, planned, send, _NOON)
    requests.undo(json.loads(json.dumps(learned)), send)
    assert shelf.headers == [(("authorization", "Bearer s3cret"), ("accept", "*/*"))] * 2
    assert "s3cret" not in json.dumps([planned, learned]), "the journal keeps its name"


def test_a_secret_that_is_not_there_is_not_asked_with() -> None:
    shelf = Shelf()
    send = requests.revealing(shelf.send, lambda names: dict.fromkeys(names, ""))
    with pytest.raises(RuntimeFailure, match="the secret api-orders is not known here"):
        requests.act(replace(_PLAIN, headers=_SHOWN), requests.plan(_PLAIN), send)
    assert not shelf.headers


def test_a_name_and_a_password_are_sent_as_http_wants_them() -> None:
    shown = (("authorization", "Basic seatrial:${secret.db-rest}"),)
    told = requests.revealed(shown, lambda names: dict.fromkeys(names, "s3:cret"))
    assert told == (("authorization", "Basic c2VhdHJpYWw6czM6Y3JldA=="),)
    assert requests.revealed(told, lambda _: {}) == told, "once"
