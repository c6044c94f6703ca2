"""Half of a file is gone, and is back again: what the controls run is run here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from seatrial.capabilities.backup.spoiling import spoiled


def _run(argv: tuple[str, ...]) -> None:
    subprocess.run([sys.executable, *argv[1:]], check=True)


def test_half_of_each_is_gone_until_it_is_mended_also_twice(tmp_path: Path) -> None:
    for name in ("a.rdb", "b.rdb", "c.json"):
        (tmp_path / name).write_text(name * 10)
    (tmp_path / "a.rdb").chmod(0o400)
    action = spoiled("queue-backups", str(tmp_path), "*.rdb")
    assert action.workload == "queue-backups"
    _run(action.argv)
    sizes = {each.name: each.stat().st_size for each in tmp_path.iterdir()}
    assert sizes == {"a.rdb": 25, "b.rdb": 25, "a.rdb.kept": 50, "b.rdb.kept": 50, "c.json": 60}
    for _ in range(2):
        _run(action.undo)
        found = {each.name: each.read_text() for each in tmp_path.iterdir()}
        assert found == {name: name * 10 for name in ("a.rdb", "b.rdb", "c.json")}


def test_of_the_newest_the_largest_alone(tmp_path: Path) -> None:
    for stanza, sizes in (("main", (1, 2)), ("main-2", (9, 30, 4))):
        below = tmp_path / stanza / "F1" / "pg_data" / "base"
        below.mkdir(parents=True)
        (tmp_path / stanza / "latest").symlink_to("F1")
        for number, size in enumerate(sizes):
            (below / str(number)).write_text("x" * size)
    tops = '[sorted(folder.iterdir())[-1] / "latest" / "pg_data"]'
    action = spoiled("db-backups", str(tmp_path), "**/*", tops=tops, largest=True)
    _run(action.argv)
    below = tmp_path / "main-2" / "F1" / "pg_data" / "base"
    assert [(below / str(each)).stat().st_size for each in range(3)] == [9, 15, 4]
    assert len(list(tmp_path.rglob("*.kept"))) == 1
    _run(action.undo)
    assert (below / "1").stat().st_size == 30
    assert not list(tmp_path.rglob("*.kept"))
