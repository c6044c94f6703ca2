"""What describes the system lies in another region, too, and is brought back from there alone.

A real S3 server behind TLS, which its own authority signs for.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from pyrage.x25519 import Identity
from rig import Rig
from sealing import judged, own, proof, sealing, until

from seatrial.app.sealed import Sealed
from seatrial.contract.scenario import State
from seatrial.daemons.sealer.far import Far, FarError, Place
from seatrial.engines.versitygw import workload
from seatrial.runtimes.shared.authority import made, public

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("backup-sealed")]

VAULT, FROM = "db-vault-us", "recover-system-from-us"
FILE = f"""\
seatrial: 1
system: sealed
teams: {{web: {{chat: "#web"}}}}
regions: {{eu: {{home: true}}, us: {{}}}}
services: {{front: {{owner: web, image: example/front, ports: {{http: 80}}, needs: [db]}}}}
stores:
  db: {{engine: postgres, version: "15", owner: web, backup: {{also_in: us}}}}
promises: [R01, R20]
backup: {{recovery_key: {Identity.generate().to_public()}}}
environments: {{rehearsal: {{runtime: local}}}}
"""


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """Who seals, and the server in the other region, with the first bundle in both places."""
    folder = tmp_path_factory.mktemp("sealed-far")
    with sealing(folder, {"seatrial.yaml": FILE.encode()}, lambda each: each.name == VAULT) as rig:
        until(lambda: _newest(rig) and not _error(rig))
        yield rig


def _there(rig: Rig) -> dict[str, str]:
    return dict(Sealed(runtime=rig.runtime).told()["elsewhere"]["us"])


def _newest(rig: Rig) -> str:
    return _there(rig)["newest"]


def _error(rig: Rig) -> str:
    return _there(rig)["error"]


def _objects(rig: Rig) -> list[Path]:
    folder = rig.runtime.home.replica(VAULT, 0) / workload.OBJECTS / workload.BUCKET / "_system"
    return sorted(folder.glob("*.age"))


def test_what_lies_there_is_what_lies_at_home(rig: Rig) -> None:
    (there,) = _objects(rig)
    (here,) = (own(rig) / "repository").glob("*.age")
    assert there.read_bytes() == here.read_bytes()
    found = judged(rig, FROM)
    assert found.state is State.MET, found.reason
    assert proof(rig, FROM)[1].requirements == ("R20.2", "R20.3", "T6")


def test_a_bundle_that_is_spoiled_there_is_red_and_home_is_not(rig: Rig) -> None:
    found = judged(rig, FROM, control=proof(rig, FROM)[1].control)
    assert found.state is State.BROKEN
    assert "there is no bundle in us that is whole" in found.reason
    assert judged(rig, FROM).state is State.MET
    assert judged(rig).state is State.MET


def test_home_alone_cannot_answer_for_there(rig: Rig, tmp_path: Path) -> None:
    (there,) = _objects(rig)
    out = tmp_path / "us.age"
    rig.run("backup", "system", "--in", "us", "--out", str(out))
    assert out.read_bytes() == there.read_bytes()
    asked = ("backup", "system", "--in", "us", "--out", str(tmp_path / "no"))
    said = ""
    for _ in range(5):  # it is laid there once more, perhaps before anybody has asked
        (there,) = _objects(rig)
        aside = there.rename(there.with_suffix(".aside"))
        with suppress(AssertionError):
            said = rig.run(*asked, code=1)
        until(lambda: _objects(rig))
        aside.unlink()
        if said:
            break
    assert "there is no bundle in us that is whole" in said


def test_a_place_that_is_away_is_told_and_brought_up_to_date_later(rig: Rig) -> None:
    sealed = Sealed(runtime=rig.runtime)
    pids = [
        int(each.parent.name)
        for each in Path("/proc").glob("[0-9]*/comm")
        if each.read_text().strip() == "versitygw"
        and str(rig.runtime.home.path).encode() in (each.parent / "cmdline").read_bytes()
    ]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        label = sealed.seal()["label"]
        assert _newest(rig) != label
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    until(lambda: _newest(rig) == label)
    assert "the newest in us" in rig.run("backup", "system")


def test_who_shows_a_certificate_of_another_authority_is_told_nothing(
    rig: Rig, tmp_path: Path
) -> None:
    (told,) = json.loads((own(rig) / "plan.json").read_text())["places"]
    other = tmp_path / "other.pem"
    other.write_text(public(made("another", dt.datetime.now(dt.UTC))))
    place = Place(
        region="us",
        url=told["url"],
        authority=other,
        user=told["user"],
        password=Path(told["password"]),
    )
    with pytest.raises(FarError, match="CERTIFICATE_VERIFY_FAILED"):
        asyncio.run(Far(place).held())
    trusted = replace(place, authority=Path(told["authority"]))
    assert asyncio.run(Far(trusted).held())
