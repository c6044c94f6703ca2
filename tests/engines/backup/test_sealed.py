"""The system itself is sealed, kept, brought back elsewhere, and red when it is not as it is."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyrage.x25519 import Identity
from rig import Rig
from sealing import judged, own, proof, sealing, until

from seatrial.app.sealed import Sealed
from seatrial.capabilities.backup.sealed import place
from seatrial.contract.scenario import State

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
    """The daemon that seals, alone, with all that it is given."""
    files = {"seatrial.yaml": FILE.encode(), "stores.yaml": STORES.encode()}
    more = {"conf/front.conf": CONF.encode(), "recovery.key": f"{KEY}\n".encode()}
    with sealing(tmp_path_factory.mktemp("sealed"), files | more) as found:
        yield found


@pytest.fixture
def sealed(rig: Rig) -> Sealed:
    return Sealed(runtime=rig.runtime)


def _repository(rig: Rig) -> Path:
    return own(rig) / "repository"


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
    found = judged(rig)
    assert found.state is State.MET, found.reason
    figures = {each.name: each.value for each in found.figures}
    assert figures["files brought back"] == 3
    assert figures["secrets brought back"] == len(
        [each for each in rig.planned.secrets if "rehearsal" not in each]
    )


def test_a_secret_of_before_turns_it_red_and_it_is_as_it_was(rig: Rig) -> None:
    found = judged(rig, control=proof(rig)[1].control)
    assert found.state is State.BROKEN
    assert "the secret sealer-orders" in found.reason
    assert judged(rig).state is State.MET


def test_a_file_that_was_changed_and_not_applied_is_red(rig: Rig) -> None:
    file = rig.planned.folder / "conf/front.conf"
    try:
        file.write_text("another")
        found = judged(rig)
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
    mine = rig.runtime.home.path / "secrets"
    brought = {each.name: each.read_text() for each in secrets.iterdir()}
    assert brought["queue"] == (mine / "queue").read_text()
    assert brought == {name: (mine / name).read_text() for name in brought}
    _elsewhere(tmp_path, "check", "--file", "system/seatrial.yaml")
    assert "0 written" in _elsewhere(tmp_path, *words)


def test_a_bundle_that_is_spoiled_is_told_and_another_one_is_taken(
    rig: Rig, sealed: Sealed
) -> None:
    newest = max(_repository(rig).glob("*.age"))
    newest.write_bytes(newest.read_bytes()[:-7])
    # the daemon seals another one within seconds, so that how it looks before is not asked
    until(lambda: not sealed.told()["due"] and sealed.told()["bundles"][-2]["damaged"])
    assert "damaged" in rig.run("backup", "system")
    held = sealed.told()["bundles"]
    assert [each["damaged"] for each in held][-2:] == [True, False]
    assert judged(rig).state is State.MET


def test_what_kill_9_leaves_half_done_does_not_count(rig: Rig, sealed: Sealed) -> None:
    before = sealed.told()["bundles"]
    draft = _repository(rig) / "29990101T000000.000000Z.age.part"
    shutil.copy(max(_repository(rig).glob("*.age")), draft)
    word = f"--plan={own(rig) / 'plan.json'}".encode()
    (pid,) = (
        int(each.parent.name)
        for each in Path("/proc").glob("[0-9]*/cmdline")
        if word in each.read_bytes().split(b"\0")
    )
    os.kill(pid, signal.SIGKILL)
    until(lambda: not draft.exists() and sealed.told())
    assert sealed.told()["bundles"] == before


def test_whoever_proves_is_killed_and_undo_removes_the_secrets(rig: Rig) -> None:
    (action,) = proof(rig)[0].injections[0].actions
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
    assert f"Reopen {place.NAME} recover-system: undone" in rig.run("undo")
    assert not left.exists()
