"""The pages of backups say where they lie, rightly, whatever is backed up and wherever it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from seatrial.app.plan import plan
from seatrial.capabilities.recovery_docs.html import html
from seatrial.capabilities.recovery_docs.markdown import markdown
from seatrial.capabilities.recovery_docs.plans import backups
from seatrial.contract.procedure import Procedure
from seatrial.runtimes.compose.runtime import ComposeRuntime
from seatrial.runtimes.local.runtime import LocalRuntime
from seatrial.system.load import load

TEXT = """\
seatrial: 1
system: shop
teams: {web: {chat: "#web"}}
regions: {eu: {home: true}, us: {}}
services:
  front:
    owner: web
    build: .
    run: python3 app.py ${self.ports.http} ${self.keeps.data}
    ports: {http: 80}
    regions: [eu]
    keeps: [data]
    backup: FRONT
stores:
  queue: {engine: redis, version: "7", owner: web, backup: QUEUE}
  db: {engine: postgres, version: "15", owner: web, backup: DB}
  led: {engine: postgres, version: "15", owner: web, failover: {}, backup: LED}
promises: [R01, R20, R21]
environments: {rehearsal: {runtime: local}}
"""
US = "{also_in: us}"
ALONE = {
    "front": "on the machine of the service front",
    "queue": "on the machine of the store queue",
    "db": "on the machine of the store db",
    "led": "on the machine of led-repository, beside its members",
}
ONCE_MORE = "; once more in us, encrypted: `--from us` restores from there"


def pages(folder: Path, backup: str, runtime: type[Any] = LocalRuntime) -> dict[str, Procedure]:
    file = folder / "seatrial.yaml"
    text = TEXT
    for name in ("FRONT", "QUEUE", "DB", "LED"):
        text = text.replace(name, backup)
    if runtime is ComposeRuntime:
        text = text.replace("runtime: local", "runtime: compose")
    file.write_text(text, encoding="utf-8")
    found = plan(file, runtime("shop", folder))
    return {each.name: each for each in found.declarations.procedures}


def lie(found: dict[str, Procedure], subject: str) -> str:
    """What both pages say of it, which is the same."""
    (told,) = {dict(found[f"{page}-{subject}"].facts)["The backups lie"] for page in _PAGES}
    return told


_PAGES = ("backup", "restore")


@pytest.mark.parametrize("subject", ALONE)
def test_without_another_region_they_lie_at_home_alone(tmp_path: Path, subject: str) -> None:
    found = pages(tmp_path, "{}")
    assert lie(found, subject) == ALONE[subject]
    assert found[f"backup-{subject}"].lacks == (
        f"It lies {ALONE[subject]}, and does not outlive that."
    )
    assert f"The backups lie {ALONE[subject]}" in found[f"restore-{subject}"].lacks


@pytest.mark.parametrize("runtime", [LocalRuntime, ComposeRuntime])
@pytest.mark.parametrize("subject", sorted(ALONE))
def test_with_another_region_they_lie_there_too(
    tmp_path: Path, subject: str, runtime: type[Any]
) -> None:
    found = pages(tmp_path, US, runtime)
    assert lie(found, subject) == ALONE[subject] + ONCE_MORE
    assert f"`seatrial backup now {subject} --in us`" in found[f"backup-{subject}"].lacks
    restore = found[f"restore-{subject}"].lacks
    assert f"The backups lie {ALONE[subject]}, and once more in us" in restore
    assert "STORE" not in restore


def test_the_plan_of_backups_has_the_same_words(tmp_path: Path) -> None:
    file = tmp_path / "seatrial.yaml"
    found = pages(tmp_path, US)
    system = load(file).system
    assert system is not None
    page = backups(system, tuple(found.values()), {})
    for written in (markdown(page), html(page)):
        assert "once more in us, encrypted" in written
        assert "on the machine of led-repository" in written
