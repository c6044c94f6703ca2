"""Which images a Dockerfile builds on."""

from __future__ import annotations

import pytest

from seatrial.runtimes.compose.images.bases import bases


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("FROM python:3.11-slim\n", ("python:3.11-slim",)),
        ("from a as one\nFROM one\nCOPY --from=one /x /x\n", ("a",)),
        ("FROM a AS Build\nCOPY --chown=1 --from=build /x /x\nCOPY --from=0 /y /y\n", ("a",)),
        ("FROM --platform=$BUILDPLATFORM a:1\nFROM scratch\n", ("a:1",)),
        ('ARG V=1.2\nARG N="n"\nFROM ${N}:${V}-x AS z\nARG V=9\nFROM z\n', ("n:1.2-x",)),
        ("FROM a:${V:-7}\n", ("a:7",)),
        ("FROM a:$MISSING\n", ()),
        ("# FROM b\nFROM \\\n  # FROM c\n  a\n", ("a",)),
        ("FROM a\nCOPY --from=acme/tools:1 /t /t\n", ("a", "acme/tools:1")),
        ("FROM a\nRUN --mount=type=bind,from=t:2,target=/t /t/x\n", ("a", "t:2")),
        ("", ()),
    ],
)
def test_bases(text: str, found: tuple[str, ...]) -> None:
    assert bases(text) == found
