"""The real promtool on the alerts about backups, of each product that can be backed up."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from seatrial.app.plan import plan
from seatrial.runtimes.local import LocalRuntime
from seatrial.runtimes.local.engines import Engines

pytestmark = pytest.mark.engines
FILE = """\
seatrial: 1
system: backed
teams: {web: {chat: "#web"}}
services: {front: {owner: web, image: example/front, ports: {http: 80}, needs: [db, queue]}}
stores:
  db: {engine: postgres, version: "15", owner: web, backup: {}}
  queue: {engine: redis, version: "7", owner: web, backup: {}}
environments: {rehearsal: {runtime: local}}
"""
OF_SOME = {"BackupDamaged", "RepositoryDamaged", "ArchivingStuck", "ArchiveHole"}
OF_ALL = {
    "BackupsDown",
    "BackupsUnseen",
    "BackupsUnverified",
    "BackupLate",
    "BackupFailed",
    "BackupSizeOdd",
    "RepositoryFull",
}
OWN = {"db": OF_SOME, "queue": {"BackupDamaged"}}


def test_every_alert_about_backups_fires_and_clears(tmp_path: Path) -> None:
    engines = Engines(None)
    program = engines.program("prometheus", "promtool")
    assert program is not None, "run `seatrial engines install`"
    file = tmp_path / "seatrial.yaml"
    file.write_text(FILE)
    planned = plan(file, LocalRuntime("backed", tmp_path))
    files = {
        each.path: each.text
        for workload in planned.workloads
        if workload.name == "prometheus"
        for each in workload.files
        if each.path in {"rules/backup.yml", "tests/backup.yml"}
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    for store, own in OWN.items():
        _, _, group = files["rules/backup.yml"].partition(f"backup:{store}")
        written = group.partition("- name: ")[0]
        assert {each for each in OF_ALL | OF_SOME if each in written} == OF_ALL | own, store
    done = subprocess.run(
        [str(program), "test", "rules", "tests/backup.yml"],
        cwd=tmp_path,
        env={**os.environ, **engines.environment("prometheus")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SUCCESS" in done.stdout
