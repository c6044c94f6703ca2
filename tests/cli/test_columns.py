"""As wide as COLUMNS says, also off a terminal; and nothing is cut off for want of room."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Run

NARROW = {"COLUMNS": "60"}
STATUS = """
from seatrial.cli.status_ import _show
from seatrial.contract.runtime import Phase, ReplicaStatus

gone = "the process manager (supervisord) is gone"
names = (("container-exporter", 0), ("api", 0), ("api", 1))
_show(
    (
        *(
            ReplicaStatus(
                workload=name, replica=number, phase=Phase.ORPHANED, reason=gone,
                memory=300 << 20, address="127.227.179.228",
            )
            for name, number in names
        ),
        ReplicaStatus(workload="worker", replica=0, phase=Phase.READY, address="127.227.1.1"),
    )
)
"""


@pytest.mark.parametrize("words", [("report", "--all"), ("engines",)], ids=" ".join)
def test_a_table_off_a_terminal_obeys_columns(run: Run, shop: Path, words: tuple[str, ...]) -> None:
    assert shop.exists()
    narrow = run(*words, env=NARROW)
    assert max(map(len, narrow.out.splitlines())) <= 60
    assert "\u2026" not in narrow.out
    for columns in ("", "0", "many"):
        wide = run(*words, env={"COLUMNS": columns} if columns else {})
        assert max(map(len, wide.out.splitlines())) > 100


def status(**env: str) -> list[str]:
    others = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    done = subprocess.run(
        [sys.executable, "-c", STATUS],
        env={**others, **env},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_the_status_can_be_read_on_sixty_columns() -> None:
    lines = status(**NARROW)
    assert max(map(len, lines)) <= 60
    rows = [line.split() for line in lines]
    assert rows[1] == ["container-exporter", "0", "orphaned", "300", "MiB"]
    assert rows[4] == ["worker", "0", "ready"]
    told = " ".join(" ".join(lines[6:]).split())
    assert told == (
        "container-exporter (0), api (0), api (1): the process manager (supervisord) is gone"
    )
    assert "127.227.179.228" in status()[1]
    assert "is gone" in status()[1]


def test_a_long_line_of_a_difference_is_whole(run: Run, shop: Path) -> None:
    folder = shop.parent / ".seatrial/rendered/prometheus"
    folder.mkdir(parents=True)
    long = "# " + "by hand " * 40 + "and the end"
    (folder / "prometheus.yml").write_text(f"{long}\n")
    done = run("diff", env=NARROW)
    assert done.code == 0, done.err
    assert f"-{long}\n" in done.out
    assert "edited  .seatrial/rendered/prometheus/prometheus.yml" in " ".join(done.out.split("\n"))


@pytest.mark.parametrize("command", ["plan", "diff"])
def test_a_warning_about_the_file_is_one_line_where_it_is_not_the_matter(
    run: Run, shop: Path, command: str
) -> None:
    shop.write_text(shop.read_text(encoding="utf-8").replace("99.9", "99.0"), encoding="utf-8")
    assert " warning ST3101 " in run("check").err
    done = run(command)
    assert done.code == 0
    assert done.err == "1 warning; `seatrial check` shows it\n"
