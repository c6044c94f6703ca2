"""What the daemons' small client makes of servers that do not behave."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from seatrial.daemons.shared.asking import Answer, NoAnswerError, post

HOST = "127.88.4.9"
HEAD = b"HTTP/1.1 %s\r\n"


@contextmanager
def server(*pieces: bytes, hold: bool = False) -> Iterator[str]:
    """Answers one request with `pieces`, then closes, or says no more."""
    done = threading.Event()
    with socket.create_server((HOST, 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
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
        assert ask(url) == Answer(status=int(status[:3]), body=b"said")


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
        pytest.raises(NoAnswerError, match="IncompleteRead"),
    ):
        ask(url)


@pytest.mark.parametrize("pieces", [(), ((HEAD % b"200 OK") + b"Content-Length: 9\r\n\r\nhe",)])
def test_silence_is_no_answer(pieces: tuple[bytes, ...]) -> None:
    with server(*pieces, hold=True) as url, pytest.raises(NoAnswerError) as told:
        ask(url, within=0.3)
    assert str(told.value).startswith(HOST)
    assert "secret" not in str(told.value)


def test_nobody_is_told_by_the_host_alone() -> None:
    with pytest.raises(NoAnswerError) as told:
        ask(f"http://{HOST}:1/secret")
    assert str(told.value).startswith(HOST)
    assert "secret" not in str(told.value)
