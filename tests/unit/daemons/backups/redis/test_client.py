"""What a Redis server answers, as it is read."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.redis.client import Answer, Session


class Writer:
    """Takes down what is sent."""

    def __init__(self) -> None:
        self.sent = b""

    def write(self, data: bytes) -> None:
        self.sent += data

    async def drain(self) -> None:
        return


def asked(answer: bytes, *words: str) -> tuple[Answer, bytes]:
    async def main() -> tuple[Answer, bytes]:
        reader, writer = asyncio.StreamReader(), Writer()
        reader.feed_data(answer)
        reader.feed_eof()
        return await Session(reader, cast("Any", writer)).ask(*words), writer.sent

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (b"+PONG\r\n", "PONG"),
        (b":-12\r\n", -12),
        (b"$5\r\na\r\nbc\r\n", "a\r\nbc"),
        (b"$0\r\n\r\n", ""),
        (b"$-1\r\n", None),
        (b"*3\r\n:1\r\n$1\r\nx\r\n*0\r\n", [1, "x", []]),
    ],
)
def test_an_answer_is_read(answer: bytes, wanted: Answer) -> None:
    assert asked(answer, "PING")[0] == wanted


def test_words_are_sent_with_their_length_in_bytes() -> None:
    assert asked(b"+OK\r\n", "SET", "k", "\u00fc b")[1] == (
        b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$4\r\n\xc3\xbc b\r\n"
    )


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"-NOPERM no\r\n", "redis answers: NOPERM no"),
        (b"", "redis broke off GET"),
        (b"$5\r\nab", "redis broke off GET"),
        (b":one\r\n", "redis broke off GET"),
    ],
)
def test_what_is_no_answer_is_told(answer: bytes, told: str) -> None:
    with pytest.raises(CommandError, match=told):
        asked(answer, "GET", "k")
