"""Stores in containers are backed up and restored by the command line, as on processes."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyrage.x25519 import Identity

from seatrial.app.environment import open_runtime

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("compose-backup")]
_KEEPS = Path(__file__).parents[3] / "examples/backup-files"
FILE = """\
seatrial: 1
system: contained
teams: {web: {chat: "#web"}}
services:
  front:
    owner: web
    build: .
    run: python3 app.py ${self.address} ${self.ports.http}
    ports: {http: 8000}
    needs: [queue, db]
    regions: [eu]
    environment: {GREETING: hello, QUEUE_PASSWORD: "${queue.password}"}
    health: {ready: /readyz}
    grace: 2s
  desk:
    owner: web
    build: desk
    run: python3 app.py ${self.address} ${self.ports.http} ${self.keeps.uploads} ${self.keeps.data}
    ports: {http: 8000}
    health: {ready: /}
    grace: 2s
    regions: [eu]
    keeps: [uploads, data]
    backup:
      also_in: us
      files: [uploads]
      backup: python3 keep.py out ${self.keeps.data} ${out}
      restore: python3 keep.py back ${out} ${self.keeps.data}
    invariants:
      each upload is there: python3 keep.py look ${self.keeps.data} ${self.keeps.uploads}
stores:
  queue:
    engine: redis
    version: "7"
    owner: web
    backup: {also_in: us}
    invariants:
      nobody owes: EVAL "return redis.call('EXISTS','debts') == 0" 0
  db:
    engine: postgres
    version: "15"
    owner: web
    backup: {}
    invariants: {nobody owes: SELECT count(*) = 0 FROM pg_tables WHERE tablename = 'debts'}
promises: [R01, R20]
regions: {eu: {home: true}, us: {}}
environments: {rehearsal: {runtime: compose}}
"""
SEALED = """\
seatrial: 1
system: contained
teams: {web: {chat: "#web"}}
services:
  front:
    owner: web
    build: .
    run: python3 app.py ${self.address} ${self.ports.http}
    ports: {http: 8000}
    environment: {GREETING: hello}
    health: {ready: /readyz}
    grace: 2s
promises: [R20]
environments: {rehearsal: {runtime: compose}}
"""
_KEPT = "/seatrial/self/uploads"  # where both the service and its daemon have it
_DRILLS = (
    "restore-queue",
    "restore-db",
    "deletion-db",
    "restore-desk",
    "restore-queue-from-us",
    "restore-desk-from-us",
)
# names that begin so, those from the other region among them; taken/restore-desk is left to
# processes, since for a region that takes in nothing each waits most of a minute
_CONTROLS = (
    "restore-queue",
    "exact/restore-db",
    "archived/restore-db",
    "undone/deletion-db",
    "exact/restore-desk",
    "whole/restore-desk",
)


@pytest.fixture
def contained(tmp_path: Path, dockerfile: str, live: Any) -> Iterator[Any]:
    """One with each product; whatever the test leaves of it is removed, and nothing may be."""
    one = live(tmp_path / "contained", system="contained")
    with one.laid(FILE, dockerfile):
        shutil.copytree(_KEEPS, one.folder / "desk")
        (one.folder / "desk/Dockerfile").write_text(f"{dockerfile}COPY keep.py .\n")
        yield one


def test_stores_in_containers_are_brought_back(contained: Any) -> None:
    """One thread, in its order: each part rests on the one before."""
    contained.run("up")
    contained.backed_up(("queue", ""), ("queue", "us"), ("desk", ""), ("desk", "us"), ("db", ""))
    assert "nothing would change" in contained.run("diff")
    the_images_hold_the_programs_of_each_product(contained)
    each_is_proven_but_what_cannot_be_done_here(contained)
    each_control_turns_red(contained)
    a_copy_of_redis_is_there_and_goes(contained)
    what_was_deleted_of_files_is_in_the_copy(contained)
    what_is_in_its_place_stays_there(contained)


def test_the_system_itself_is_sealed_there_too(contained: Any) -> None:
    key = Identity.generate().to_public()
    contained.file.write_text(f"{SEALED}backup: {{recovery_key: {key}}}\n")
    contained.run("up")
    verdicts = contained.verdicts("recover-system")
    assert set(verdicts.values()) == {"proven"}, verdicts
    said = contained.run("prove", "--controls", "recover-system")
    assert said.count("red, as it must be") == 1, said


def the_images_hold_the_programs_of_each_product(up: Any) -> None:
    said = up.run("images", "--json")
    found = {each["wanted"]["name"]: each["image"] for each in json.loads(said)}
    names = {"daemons+redis", "daemons+pgbackrest+postgres", "postgres+pgbackrest", "redis"}
    names |= {"daemons+redis+restic", "daemons+restic in desk"}
    assert names <= set(found)
    assert {found[each]["source"] for each in names} == {"built"}


def each_is_proven_but_what_cannot_be_done_here(up: Any) -> None:
    verdicts = up.verdicts(*_DRILLS)
    assert len(verdicts) == 16
    assert set(verdicts.values()) == {"proven"}, verdicts
    verdicts = up.verdicts("restore-in-place-db", code=3)
    assert set(verdicts.values()) == {"unknown"}, verdicts


def each_control_turns_red(up: Any) -> None:
    said = up.run("prove", "--controls", *_CONTROLS)
    assert said.count("red, as it must be") == 13, said


def a_copy_of_redis_is_there_and_goes(up: Any) -> None:
    up.run("backup", "now", "queue")  # the newest lacks what a control has deleted
    time.sleep(1)  # a snapshot's moment is told in whole seconds
    said = up.run("restore", "queue", "--to", _now(), "--into", "yesterday")
    assert "ok   nobody owes" in said
    assert "removed the copy" in up.run("restore", "queue", "--remove", "yesterday")


def what_was_deleted_of_files_is_in_the_copy(up: Any) -> None:
    runtime = open_runtime(up.file)
    try:
        assert runtime.request("PUT", "desk", "http", "/precious", "gold").status == 201
        up.run("backup", "now", "desk")
        up.run("backup", "now", "desk", "--in", "us")
        moment = _now()
        remove = f"import os; os.unlink('{_KEPT}/precious')"
        assert runtime.execute("desk", ("python3", "-c", remove)).status == 0
        for daemon, where in (("desk-backups", ()), ("desk-backups-us", ("--from", "us"))):
            said = up.run("restore", "desk", *where, "--to", moment, "--into", "yesterday")
            assert "ok   each upload is there" in said
            folder = re.search(rf"the copy lies in (\S+) in the container of {daemon}", said)
            assert folder, said
            read = f"print(open('{folder[1]}/uploads/precious').read())"
            assert runtime.execute(daemon, ("python", "-c", read)).stdout == "gold\n"
            up.run("restore", "desk", *where, "--remove", "yesterday")
        assert runtime.request("PUT", "desk", "http", "/precious", "gold").status == 201
    finally:
        runtime.close()  # type: ignore[attr-defined]


def what_is_in_its_place_stays_there(up: Any) -> None:
    said = up.run("restore", "db", "--to", _now(), "--confirm", "db", code=2)
    assert "on two file systems" in said
    assert "write --into" in said


def _now() -> str:
    moment = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S+00:00")
    time.sleep(1.5)  # it must have passed, and be reached by what is written after it
    return moment
