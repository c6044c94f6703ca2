"""What a Redis server answers comes as it is; what is no answer is told in a sentence."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.redis.client import Answer, Server
from seatrial.daemons.backups.redis.plan import Login


def asked(answer: bytes | None, *words: str) -> Answer:
    """A command of a server that gives `answer` to it, and OK to whatever a client says first.

    None: nobody listens.
    """

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            told = [await reader.readexactly(int((await reader.readline())[1:]) + 2)
                    for _ in range(int(line[1:]))]  # fmt: skip
            own = told[0].strip() == words[0].encode()
            writer.write((answer or b"") if own else b"+OK\r\n")
            if own:
                writer.close()
                return

    async def main() -> Answer:
        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        if answer is None:
            server.close()
        login = Login(host="127.0.0.1", port=port, database=15, password=None)
        try:
            return await Server(login=login).ask(*words, database=15)
        finally:
            server.close()

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (b"+PONG\r\n", "PONG"),
        (b":-12\r\n", -12),
        (b"$5\r\na\r\nbc\r\n", "a\r\nbc"),
        (b"$-1\r\n", None),
        (b"*3\r\n:1\r\n$1\r\nx\r\n*0\r\n", [1, "x", []]),
    ],
)
def test_an_answer_comes_as_it_is(answer: bytes, wanted: Answer) -> None:
    assert asked(answer, "PING") == wanted


def test_ok_is_no_truth_but_a_word() -> None:
    assert asked(b"+OK\r\n", "SET", "k", "\u00fc b", "NX") == "OK"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"-NOPERM no\r\n", "redis, asked for GET: .*no"),
        (b"", "redis, asked for GET: "),
        (b"$5\r\nab", "redis, asked for GET: "),
        (None, "redis, asked for GET: .*failed"),
    ],
)
def test_what_is_no_answer_is_told(answer: bytes | None, told: str) -> None:
    with pytest.raises(CommandError, match=told):
        asked(answer, "GET", "k")


def test_a_password_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    login = Login(host="127.0.0.1", port=1, database=0, password=tmp_path / "none")
    with pytest.raises(CommandError, match="the password cannot be read"):
        Server(login=login).password()
