"""What the daemons' small client makes of servers that do not behave."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from seatrial.daemons.keeper.store import Store, StoreAwayError
from seatrial.daemons.shared import asking
from seatrial.daemons.shared.asking import Answer, LateError, NoAnswerError, post

HOST = "127.88.4.9"
HEAD = b"HTTP/1.1 %s\r\n"


@contextmanager
def server(*pieces: bytes, hold: bool = False, heard: list[bytes] | None = None) -> Iterator[str]:
    """Answers one request with `pieces`, then closes, or holds; `heard` is what was asked."""
    done = threading.Event()
    with socket.create_server((HOST, 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                said = connection.recv(65536)
                if heard is not None:
                    heard.append(said)
                for each in pieces:
                    connection.sendall(each)
                if hold:
                    done.wait(60)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://{HOST}:{listener.getsockname()[1]}/secret?key=secret"
        done.set()
        thread.join()


def ask(url: str, *, within: float = 30.0, most: int | None = None) -> Answer:
    return asyncio.run(post(url, b"{}", kind="application/json", within=within, most=most))


@pytest.mark.parametrize("status", [b"200 OK", b"302 Found", b"503 Away"])
def test_every_answer_is_given_as_it_came(status: bytes) -> None:
    head = (HEAD % status) + b"Location: http://127.88.4.9:1/\r\nContent-Length: 4\r\n\r\n"
    with server(head, b"said") as url:
        found = ask(url)
    assert (found.status, found.body) == (int(status[:3]), b"said")
    assert found.headers[0] == (b"Location", b"http://127.88.4.9:1/")


def test_no_more_is_read_than_is_wanted() -> None:
    with server((HEAD % b"200 OK") + b"Content-Length: 9\r\n\r\n", b"said more") as url:
        assert ask(url, most=4).body == b"said"


@pytest.mark.parametrize(
    "head",
    [b"Content-Length: 900\r\n\r\npart", b"Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\n"],
    ids=["length", "chunked"],
)
def test_an_answer_that_breaks_off_is_none(head: bytes) -> None:
    with (
        server((HEAD % b"200 OK") + head) as url,
        pytest.raises(NoAnswerError, match=r"without sending|before"),
    ):
        ask(url)


@pytest.mark.parametrize("pieces", [(), ((HEAD % b"200 OK") + b"Content-Length: 9\r\n\r\nhe",)])
def test_silence_is_no_answer(pieces: tuple[bytes, ...]) -> None:
    with server(*pieces, hold=True) as url, pytest.raises(LateError) as told:
        ask(url, within=0.3)
    assert str(told.value).startswith(HOST)
    assert "secret" not in str(told.value)


def test_nobody_is_told_by_the_host_alone() -> None:
    with pytest.raises(NoAnswerError) as told:
        ask(f"http://{HOST}:1/secret")
    assert str(told.value).startswith(HOST)
    assert "secret" not in str(told.value)
    assert not isinstance(told.value, LateError)


def test_what_is_asked_is_what_was_meant() -> None:
    heard: list[bytes] = []
    with server((HEAD % b"204 None") + b"\r\n", heard=heard) as url:
        host = url.split("/")[2]
        given = ((b"Cookie", b"a=1"), (b"Cookie", b"b=2"))
        asyncio.run(asking.ask("GET", f"http://{host}//a%2Fb?x=%2B", headers=given, within=30))
    assert heard == [
        b"GET //a%2Fb?x=%2B HTTP/1.1\r\n"
        b"Host: " + host.encode() + b"\r\n"
        b"Cookie: a=1\r\nCookie: b=2\r\nConnection: close\r\n\r\n"
    ]


def test_a_body_in_pieces_is_put_together() -> None:
    chunked = b"Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\n"
    with server((HEAD % b"200 OK") + chunked, b"4\r\n and\r\n0\r\n\r\n") as url:
        assert ask(url).body == b"part and"


def test_the_keepers_store_has_another_life_once_it_refused() -> None:
    told = (HEAD % b"200 OK") + b"\r\nprocess_start_time_seconds 17\n"

    def life(url: str, store: Store) -> str:
        store._url = url.partition("/secret")[0]
        return asyncio.run(store.life())

    store = Store("http://nowhere", lambda: 0.0)
    with server(told) as url:
        assert life(url, store) == "17/0"
    with pytest.raises(StoreAwayError, match=r"refused|failed"):
        life(f"http://{HOST}:1", store)
    with server(told) as url:
        assert life(url, store) == "17/1"
