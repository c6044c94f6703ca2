"""What a service names under `run` and `files`: refused by `check` and `plan`, never believed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Run

RUN = "    run: python3 -m http.server --bind ${self.address} ${self.ports.http}\n"


def with_source(shop: Path, source: str) -> int:
    """The shop with a file from that source; the line on which it is named."""
    text = shop.read_text(encoding="utf-8").replace(RUN, f"{RUN}    files: {{a.conf: {source}}}\n")
    shop.write_text(text, encoding="utf-8")
    return next(n for n, line in enumerate(text.splitlines(), 1) if "a.conf" in line)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("/dev/zero", "ST1601"),
        ("../outside", "ST1601"),
        ("link-out", "ST1601"),
        ("loop", "ST1003"),
        ("pipe", "ST1002"),
        ("folder", "ST1002"),
        ("gone", "ST1003"),
        ('"a\\0b"', "ST1003"),
        ("big", "ST1004"),
        ("bytes", "ST1005"),
    ],
)
def test_a_source_is_a_text_in_the_folder(run: Run, shop: Path, source: str, code: str) -> None:
    folder = shop.parent
    (folder / "link-out").symlink_to("/etc/hostname")
    (folder / "loop").symlink_to("loop")
    os.mkfifo(folder / "pipe")
    (folder / "folder").mkdir()
    with (folder / "big").open("wb") as big:
        big.truncate((1 << 20) + 1)
    (folder / "bytes").write_bytes(b"\xff")
    line = with_source(shop, source)
    for command in ("check", "plan"):
        done = run(command)
        assert done.code == 2, done.err
        assert done.out == ""
        assert f"seatrial.yaml:{line}:" in done.err
        assert f" error {code} " in done.err
        assert "; " in done.err


def test_a_source_of_the_largest_size_is_taken(run: Run, shop: Path) -> None:
    with (shop.parent / "big").open("wb") as big:
        big.truncate(1 << 20)
    with_source(shop, "./big")
    assert run("check").code == 0
    assert run("plan").code == 0


@pytest.mark.parametrize("command", ["check", "plan"])
def test_a_command_that_no_shell_would_take(run: Run, shop: Path, command: str) -> None:
    text = shop.read_text(encoding="utf-8")
    shop.write_text(text.replace(RUN, '    run: foo "bar\n'), encoding="utf-8")
    done = run(command)
    assert done.code == 2
    assert " error ST1310 services.api.run " in done.err
