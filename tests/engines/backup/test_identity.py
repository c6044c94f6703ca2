"""A repository with the backups of another PostgreSQL restores nothing unless a person names it."""

from __future__ import annotations

import re
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rig import STORE, Rig

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("backup")]
_OWN = "SELECT system_identifier FROM pg_control_system()"


def _seen(rig: Rig) -> str:
    """What the daemon has kept of it, once it has."""
    until = time.monotonic() + 90
    while not (rig.copies / ".system").exists():
        assert time.monotonic() < until
        time.sleep(0.3)
    return (rig.copies / ".system").read_text()


def _anew(rig: Rig) -> Path:
    """A folder beside its data with those of a server that was laid just now."""
    laid = (
        'initdb --pgdata="$0/anew" --username=app --pwfile="$0/password" --auth=scram-sha-256'
        " --data-checksums --encoding=UTF8 --locale=C"
        ' && echo "CREATE DATABASE app" | postgres --single -D "$0/anew" postgres'
    )
    done = rig.runtime.execute(STORE, ("sh", "-c", laid, "${self.dir}"))
    assert done.status == 0, done.stderr
    return rig.runtime.home.replica(STORE, 0) / "anew"


def test_another_servers_backups_are_restored_by_name_alone(rig: Rig) -> None:
    first, data = rig.sql(_OWN), rig.runtime.home.replica(STORE, 0) / "data"
    assert _seen(rig) == first
    moment = datetime.now(UTC).isoformat()
    rig.sql("INSERT INTO accounts VALUES (7)")  # a restore ends at what came after its moment
    rig.run("backup", "now", STORE)
    restore = ("restore", STORE, "--to", moment)
    rig.run(*restore, "--into", "own", "--dry-run")

    anew = _anew(rig)
    # the store is gone with its data: what was seen last counts
    rig.runtime.stop(STORE)
    for each in data.iterdir():
        shutil.rmtree(each) if each.is_dir() else each.unlink()
    rig.run(*restore, "--into", "own", "--dry-run")
    (rig.copies / ".system").unlink()
    said = rig.run(*restore, "--into", "own", "--dry-run", code=2)
    assert "nobody knows which PostgreSQL db is" in said
    rig.run(*restore, "--into", "own", "--dry-run", "--system", first)

    # laid anew it is another one, as after the loss of a machine
    for each in anew.iterdir():
        each.rename(data / each.name)
    rig.runtime.start(STORE)
    second = rig.sql(_OWN)
    assert second != first
    for words in (("--into", "old", "--dry-run"), ("--into", "old"), ("--dry-run",)):
        said = " ".join(rig.run(*restore, *words, code=2).split())
        assert re.search(rf"is of another PostgreSQL, {first}, than db is, {second}", said), said
        assert f"--system {first}" in said
    rig.run(*restore, "--into", "old", "--system", second, code=2)
    said = rig.run(*restore, "--into", "old", "--system", first)
    assert "ok   nobody owes" in said
    rig.run("restore", STORE, "--remove", "old")

    # brought back in its own place it is the first one again, and nobody is to be named
    rig.run(*restore, "--system", first, "--confirm", STORE)
    assert rig.sql(_OWN) == first
    moment = datetime.now(UTC).isoformat()
    rig.run("restore", STORE, "--to", moment, "--into", "own", "--dry-run")
