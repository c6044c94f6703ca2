"""The system itself is sealed, kept, brought back elsewhere, and red when it is not as it is."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyrage.x25519 import Identity
from rig import Rig

from seatrial.app.plan import plan
from seatrial.app.sealed import Sealed
from seatrial.capabilities.backup.sealed import place
from seatrial.capabilities.backup.sealed.scenarios import RECOVER
from seatrial.contract.runtime import Desired, RuntimeFailure
from seatrial.contract.scenario import Control, Expectation, Scenario, State
from seatrial.drills.run import Drill, run
from seatrial.runtimes.local import LocalRuntime

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("backup-sealed")]

KEY = Identity.generate()
FILE = f"""\
seatrial: 1
system: sealed
include: [stores.yaml]
teams: {{web: {{chat: "#web"}}}}
services:
  front:
    owner: web
    image: example/front
    ports: {{http: 80}}
    needs: [queue]
    files: {{front.conf: conf/front.conf}}
    environment: {{QUEUE_PASSWORD: "${{queue.password}}"}}
promises: [R20]
backup: {{recovery_key: {KEY.to_public()}}}
environments: {{rehearsal: {{runtime: local}}}}
"""
STORES = 'stores: {queue: {engine: redis, version: "7", owner: web, backup: {keep: 14d}}}\n'
CONF = "listen ${self.address};\r\n"


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """The daemon that seals, alone, with all that it is given; nothing of it is left."""
    folder = tmp_path_factory.mktemp("sealed")
    for each in (folder, *folder.parents[:2]):
        each.chmod(each.stat().st_mode | 0o011)
    (folder / "conf").mkdir()
    (folder / "conf/front.conf").write_bytes(CONF.encode())
    (folder / "stores.yaml").write_text(STORES)
    (folder / "seatrial.yaml").write_text(FILE)
    (folder / "recovery.key").write_text(f"{KEY}\n")
    runtime = LocalRuntime("sealed", folder)
    try:
        runtime.reserve(folder / "seatrial.yaml")
        planned = plan(folder / "seatrial.yaml", runtime)
        runtime.apply(
            Desired(
                system="sealed",
                root=str(folder),
                placement=replace(planned.placement, edges=()),
                workloads=tuple(each for each in planned.workloads if each.seals),
                secrets=runtime.ensure_secrets(planned.secrets),
            ),
            lambda _: None,
        )
        yield Rig(runtime, planned, "queue")
    finally:
        runtime.down(purge=True, progress=lambda _: None)
        runtime.close()


@pytest.fixture
def until() -> Any:
    """Ask again until the answer is true."""

    def asked(ask: Any) -> None:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                if ask():
                    return
            except RuntimeFailure:
                pass
            time.sleep(0.2)
        pytest.fail("did not happen")

    return asked


@pytest.fixture
def sealed(rig: Rig) -> Sealed:
    return Sealed(runtime=rig.runtime)


def _proof(rig: Rig) -> tuple[Scenario, Expectation]:
    scenarios = rig.planned.scenarios()
    (scenario,) = (each for each in scenarios if each.name == RECOVER)
    (found,) = (each for each in rig.planned.expectations(scenarios) if each.scenario == RECOVER)
    return scenario, found


def _drilled(rig: Rig, control: Control | None = None) -> Drill:
    scenario, expectation = _proof(rig)
    return run(
        scenario, (expectation,), rig.runtime, clock=time.time, sleep=time.sleep, control=control
    )


def _judged(rig: Rig, control: Control | None = None) -> Any:
    (outcome,) = _drilled(rig, control).outcomes
    assert not (rig.runtime.home.path / "reopened").exists()
    return outcome.judgement


def _repository(rig: Rig) -> Path:
    return rig.runtime.home.replica(place.NAME, 0) / "repository"


def _out(rig: Rig, into: Path) -> Path:
    bundle = into / "bundle.age"
    rig.run("backup", "system", "--out", str(bundle))
    return bundle


def _elsewhere(folder: Path, *words: str | Path, code: int = 0) -> str:
    """A command on a machine that has nothing of the system."""
    done = subprocess.run(
        [Path(sys.executable).with_name("seatrial"), *map(str, words)],
        cwd=folder,
        env={**os.environ, "SEATRIAL_HOME": str(folder / "home")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_what_is_sealed_is_as_the_system_has_it_and_nothing_of_it_is_left(rig: Rig) -> None:
    found = _judged(rig)
    assert found.state is State.MET, found.reason
    figures = {each.name: each.value for each in found.figures}
    assert figures["files brought back"] == 3
    assert figures["secrets brought back"] == len(
        [each for each in rig.planned.secrets if "rehearsal" not in each]
    )


def test_a_secret_of_before_turns_it_red_and_it_is_as_it_was(rig: Rig) -> None:
    found = _judged(rig, _proof(rig)[1].control)
    assert found.state is State.BROKEN
    assert "the secret sealer-orders" in found.reason
    assert _judged(rig).state is State.MET


def test_a_file_that_was_changed_and_not_applied_is_red(rig: Rig) -> None:
    file = rig.planned.folder / "conf/front.conf"
    try:
        file.write_text("another")
        found = _judged(rig)
    finally:
        file.write_bytes(CONF.encode())
    assert found.state is State.BROKEN
    assert "conf/front.conf" in found.reason


def test_the_key_that_is_held_apart_opens_it_on_another_machine(rig: Rig, tmp_path: Path) -> None:
    bundle, key = _out(rig, tmp_path), rig.planned.folder / "recovery.key"
    words = ("recover", "--key", key, "--from", bundle, "--into", "system")
    assert "3 files into system" in _elsewhere(tmp_path, *words)
    assert (tmp_path / "system/conf/front.conf").read_bytes() == CONF.encode()
    assert (tmp_path / "system/stores.yaml").read_text() == STORES
    (secrets,) = tmp_path.glob("home/sealed-*/secrets")
    own = rig.runtime.home.path / "secrets"
    brought = {each.name: each.read_text() for each in secrets.iterdir()}
    assert brought["queue"] == (own / "queue").read_text()
    assert brought == {name: (own / name).read_text() for name in brought}
    _elsewhere(tmp_path, "check", "--file", "system/seatrial.yaml")
    assert "0 written" in _elsewhere(tmp_path, *words)


def test_a_bundle_that_is_spoiled_is_told_and_another_one_is_taken(
    rig: Rig, sealed: Sealed, until: Any
) -> None:
    newest = max(_repository(rig).glob("*.age"))
    newest.write_bytes(newest.read_bytes()[:-7])
    assert "damaged" in rig.run("backup", "system", code=1)
    until(lambda: not sealed.told()["due"])
    held = sealed.told()["bundles"]
    assert [each["damaged"] for each in held][-2:] == [True, False]
    assert _judged(rig).state is State.MET


def test_what_kill_9_leaves_half_done_does_not_count(rig: Rig, sealed: Sealed, until: Any) -> None:
    before = sealed.told()["bundles"]
    draft = _repository(rig) / "29990101T000000.000000Z.age.part"
    shutil.copy(max(_repository(rig).glob("*.age")), draft)
    word = f"--plan={rig.runtime.home.replica(place.NAME, 0) / 'plan.json'}".encode()
    (pid,) = (
        int(each.parent.name)
        for each in Path("/proc").glob("[0-9]*/cmdline")
        if word in each.read_bytes().split(b"\0")
    )
    os.kill(pid, signal.SIGKILL)
    until(lambda: not draft.exists() and sealed.told())
    assert sealed.told()["bundles"] == before


def test_whoever_proves_is_killed_and_undo_removes_the_secrets(rig: Rig) -> None:
    (action,) = _proof(rig)[0].injections[0].actions
    program = (
        "from pathlib import Path\nfrom seatrial.contract.action import Reopen\n"
        "from seatrial.runtimes.local import LocalRuntime\n"
        f"LocalRuntime('sealed', Path({str(rig.planned.folder)!r})).inject({action!r})\n"
    )
    left = rig.runtime.home.path / "reopened"
    with subprocess.Popen([sys.executable, "-c", program]) as process:
        deadline = time.monotonic() + 90
        while not left.exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    assert f"Reopen {place.NAME}: undone" in rig.run("undo")
    assert not left.exists()
