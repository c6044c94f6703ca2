import json
import os
import stat
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from seatrial.contract.output import File, Origin, Volume, Workload
from seatrial.contract.placement import Endpoint
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.local.home import Home
from seatrial.runtimes.local.placement import uid_of
from seatrial.runtimes.local.replica import Replica

Build = Callable[..., Replica]
SECRET = "not-for-anybody-s-eyes"
API = Workload(
    name="api",
    origin=Origin.SERVICE,
    argv=("sh", "-c", "true", "${self.address}:${self.ports.http}", "${self.replica}"),
    env={"KEY": "${secret.key}", "AT": "${self.region}", "IN": "${self.dir}"},
    secrets=("key",),
    files=(
        File(path="etc/api.conf", text="listen ${self.address}\n", why="its settings"),
        File(path="key.pem", text="${secret.key}", why="its key", secret=True),
    ),
    volumes=(Volume(name="data", path="data"),),
)


def test_placeholders_become_what_only_the_runtime_knows(build: Build, home: Home) -> None:
    one = build(API, {"key": SECRET})
    directory = home.replica("api", 0)
    assert one.command(API.argv)[1:] == ("-c", "true", "127.77.1.2:8000", "0")
    assert one.command(API.argv)[0].endswith("/sh")
    found = one.environment()
    assert (found["KEY"], found["AT"], found["IN"]) == (SECRET, "eu", str(directory))


def test_a_replica_is_told_the_edges_that_are_its_alone(build: Build) -> None:
    one = replace(build(), ways={"db-etcd.0.client": Endpoint(host="127.77.9.9", port=2379)})
    assert one.resolved("${self.ways.db-etcd.0.client}") == "127.77.9.9:2379"
    assert one.resolved("${self.ways.other.0.client}") == "${self.ways.other.0.client}"


def test_who_shares_runs_as_the_other_and_is_told_its_folder(build: Build, home: Home) -> None:
    alone = build(replace(API, argv=("true", "${self.shared}")), {"key": SECRET})
    other = replace(alone.location, workload="db", address="127.77.9.9")
    shared = replace(alone, shared=other)
    assert shared.command(shared.workload.argv)[1] == str(home.replica("db", 0))
    assert alone.command(alone.workload.argv)[1] == ""
    if alone.uid is not None:  # as root each has a uid of its own
        assert (alone.uid, shared.uid) == (uid_of("127.77.1.2"), uid_of("127.77.9.9"))


def test_a_secret_is_never_in_the_words_that_ps_shows(build: Build) -> None:
    leaky = replace(API, argv=("sh", "-c", "true", "${secret.key}"))
    one = build(leaky, {"key": SECRET})
    assert SECRET not in " ".join(one.command(leaky.argv))
    one.write()
    spec = json.loads(one.home.spec("api", 0).read_text())
    assert SECRET not in " ".join(spec["argv"])
    assert spec["env"]["KEY"] == SECRET


def test_a_secret_in_a_file_of_json_is_written_as_json(build: Build, home: Home) -> None:
    keys = File(path="keys.json", text='"${secret.key}"', why="", secret=True)
    build(replace(API, files=(keys,)), {"key": 'a"b'}).write()
    assert (home.replica("api", 0) / "keys.json").read_text() == '"a\\"b"'


def test_a_secret_that_is_lost_is_asked_for(build: Build, home: Home) -> None:
    with pytest.raises(RuntimeFailure, match="needs the secret key") as failed:
        build(API).environment()
    assert str(home.path / "secrets/key") in failed.value.cure


def test_a_replica_on_disk_is_its_own_and_secrets_are_closed(build: Build, home: Home) -> None:
    build(API, {"key": SECRET}).write()
    directory = home.replica("api", 0)
    modes = {
        path: stat.S_IMODE(path.stat().st_mode)
        for path in (
            directory / "etc/api.conf",
            directory / "key.pem",
            directory / "data",
            home.spec("api", 0),
        )
    }
    assert list(modes.values()) == [0o640, 0o600, 0o750, 0o600]
    assert (directory / "etc/api.conf").read_text() == "listen 127.77.1.2\n"
    assert (directory / "key.pem").read_text() == SECRET
    if os.geteuid() == 0:
        own = uid_of("127.77.1.2")
        assert {each.stat().st_uid for each in directory.rglob("*")} == {own}
        assert home.spec("api", 0).stat().st_uid == 0


def test_a_digest_moves_with_what_it_is_of_and_with_nothing_else(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = build(API, {"key": SECRET}).digests()
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:/somewhere/else")
    assert build(API, {"key": SECRET}).digests() == before
    file = replace(API.files[0], text="listen elsewhere\n")
    altered = build(replace(API, files=(file, API.files[1])), {"key": SECRET}).digests()
    assert {key for key in before if before[key] != altered[key]} == {"etc/api.conf"}
    rotated = build(API, {"key": "another"}).digests()
    assert {key for key in before if before[key] != rotated[key]} == {"key.pem", "spec"}
    monkeypatch.setattr(sys, "executable", "/elsewhere/bin/python")  # what holds it is started by
    moved = build(API, {"key": SECRET}).digests()
    assert {key for key in before if before[key] != moved[key]} == {"spec"}


def test_digests_hold_no_secret(build: Build) -> None:
    assert SECRET not in json.dumps(build(API, {"key": SECRET}).digests())


def test_a_service_without_a_command_is_told_what_to_write(build: Build) -> None:
    with pytest.raises(RuntimeFailure, match="no command") as failed:
        build(replace(API, argv=())).command(())
    assert failed.value.cure == "add `run:` to services.api"


def test_a_program_that_is_not_there_is_named(build: Build) -> None:
    with pytest.raises(RuntimeFailure, match="the program no-such-program is not there"):
        build(replace(API, env={})).command(("no-such-program",))
    lacking = build(replace(API, argv=("no-such-program",), env={})).lacking()
    assert lacking is not None
    assert (lacking.workload, lacking.summary) == (
        "api",
        "the program no-such-program is not there",
    )
    assert build(API, {"key": SECRET}).lacking() is None


def test_the_folders_own_python_comes_first(build: Build) -> None:
    one = build(replace(API, env={}))
    program = one.folder / ".venv/bin/tool"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert one.command(("tool",)) == (str(program),)


def test_a_service_runs_beside_its_file_and_an_engine_in_its_own_folder(build: Build) -> None:
    one = build(API, {"key": SECRET})
    assert one.cwd == one.folder
    engine = build(replace(API, origin=Origin.ENGINE), {"key": SECRET})
    assert engine.cwd == engine.directory


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_data_that_was_kept_follows_its_replica_to_another_address(build: Build) -> None:
    """`down` keeps data; the next `up` may find the old addresses taken."""
    first = build(API, {"key": SECRET})
    first.write()
    (first.directory / "data/base").mkdir()
    (first.directory / "data/base/1").write_text("rows")
    (first.directory / "data/base/link").symlink_to("/etc/passwd")
    moved = replace(first, location=replace(first.location, address="127.78.1.2"))
    moved.write()
    owners = {each.lstat().st_uid for each in (moved.directory, *moved.directory.rglob("*"))}
    assert owners == {uid_of("127.78.1.2")}
    assert Path("/etc/passwd").stat().st_uid == 0
