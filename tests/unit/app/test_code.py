"""The user's own code: what counts of it, what does not, and what has no digest."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from seatrial.app import code
from seatrial.app.code import Codes
from seatrial.system.service import Service

IMAGE = "registry.acme.example/api"


def service(**changes: object) -> Service:
    return Service.model_validate({"owner": "ada", "build": "./api", **changes})


def codes(folder: Path, runtime: str = "local") -> Codes:
    described = frozenset({folder.resolve() / "seatrial.yaml"})
    return Codes(folder=folder.resolve(), runtime=runtime, described=described)


def digest(folder: Path, one: Service, runtime: str = "local") -> str:
    found = codes(folder, runtime).of(one)
    assert found.digest, found.lacking
    assert not found.lacking
    return found.digest


def write(path: Path, text: str = "x") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("api/main.py", "api/lib/a.py", "api/Dockerfile", "worker/main.py"):
        write(tmp_path / name, name)
    return tmp_path


CHANGES: dict[str, Callable[[Path], object]] = {
    "content": lambda folder: write(folder / "api/main.py", "raise SystemExit"),
    "a new file": lambda folder: write(folder / "api/lib/b.py"),
    "a file that is gone": lambda folder: (folder / "api/lib/a.py").unlink(),
    "another name": lambda folder: (folder / "api/lib/a.py").rename(folder / "api/lib/z.py"),
    "a right to run": lambda folder: (folder / "api/main.py").chmod(0o755),
    "a link": lambda folder: (folder / "api/link").symlink_to("main.py"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_its_code_is_a_change(folder: Path, change: str) -> None:
    before = digest(folder, service())
    other = digest(folder, service(build="./worker"))
    CHANGES[change](folder)
    assert digest(folder, service()) != before
    assert digest(folder, service(build="./worker")) == other


@pytest.mark.parametrize(
    "name",
    [
        *("worker/main.py", "api/.git/index", "api/.seatrial/x", "api/.venv/lib/x.py"),
        *("api/lib/__pycache__/a.cpython-311.pyc", "api/old.pyc", "api/web/node_modules/x.js"),
    ],
)
def test_what_is_none_of_its_code_is_no_change(folder: Path, name: str) -> None:
    before = digest(folder, service())
    write(folder / name, "something else")
    assert digest(folder, service()) == before


def test_times_and_places_are_no_change(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    before = digest(folder, service())
    for each in folder.rglob("*"):
        os.utime(each, (1, 1))
    moved = tmp_path_factory.mktemp("elsewhere") / "deep"
    folder.rename(moved)
    assert digest(moved, service()) == before


def test_what_the_build_leaves_out_is_no_code(folder: Path) -> None:
    write(folder / "api/.dockerignore", "tests\n!tests/kept.py\n# a comment\n**/*.md\n")
    before = digest(folder, service())
    write(folder / "api/tests/test_a.py")
    write(folder / "api/lib/deep/README.md")
    assert digest(folder, service()) == before
    write(folder / "api/tests/kept.py")
    assert digest(folder, service()) != before


def test_services_in_one_folder_name_their_own_parts(folder: Path) -> None:
    write(folder / "Dockerfile", "FROM scratch")
    api, worker = (service(build=".", code=[name]) for name in ("api", "worker"))
    before = digest(folder, api), digest(folder, worker)
    write(folder / "worker/main.py", "changed")
    after = digest(folder, api), digest(folder, worker)
    assert after[0] == before[0]
    assert after[1] != before[1]
    write(folder / "Dockerfile", "FROM else")  # both are made by it
    assert digest(folder, api) != before[0]
    assert digest(folder, worker) != after[1]


def test_the_description_and_a_report_in_the_folder_are_no_code(folder: Path) -> None:
    write(folder / "seatrial.yaml", "one")
    whole = service(build=None, run="python main.py")
    before = digest(folder, whole)
    write(folder / "seatrial.yaml", "another")
    for name in ("report.json", "report.html", "junit.xml", "signing.pub", "artefacts/ab"):
        write(folder / "report" / name)
    assert digest(folder, whole) == before
    (folder / "report/signing.pub").unlink()  # then it is a folder like any other
    assert digest(folder, whole) != before


def test_a_program_elsewhere_counts(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    program = tmp_path_factory.mktemp("bin") / "serve"
    write(program, "one")
    run = service(run=f"{program} --port 80")
    before = digest(folder, run)
    write(program, "two")
    assert digest(folder, run) != before


def test_an_image_is_pinned_by_its_digest_and_by_nothing_else(folder: Path) -> None:
    one, two = (service(build=None, image=f"{IMAGE}@sha256:{each * 64}") for each in "ab")
    assert digest(folder, one, "compose") != digest(folder, two, "compose")
    found = codes(folder, "compose").of(service(build=None, image=f"{IMAGE}:1.2"))
    assert not found.digest
    assert "name it by its digest" in found.lacking


def lacking(folder: Path, one: Service) -> str:
    found = codes(folder).of(one)
    assert not found.digest
    return found.lacking


def test_what_cannot_be_had_whole_says_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert lacking(folder, service(build="./gone")) == "gone is not there"
    assert lacking(folder, service(code=["gone"])) == "api/gone is not there"
    (folder / "api/out").symlink_to("/etc")
    assert lacking(folder, service()) == "out leads out of its folder"
    assert lacking(folder, service(code=["out"])) == "out leads out of api"
    (folder / "api/out").unlink()
    monkeypatch.setattr(code, "MOST_FILES", 2)
    assert lacking(folder, service()).startswith("api holds more than 2 files")
    assert lacking(folder, service(code=["main.py", "lib"])).startswith("api holds more than 2")
    monkeypatch.setattr(code, "MOST_FILES", 100)
    monkeypatch.setattr(code, "MOST_BYTES", 5)
    assert "MiB: name its own files" in lacking(folder, service())


def test_a_pipe_is_not_read(folder: Path) -> None:
    before = digest(folder, service())
    os.mkfifo(folder / "api/pipe")
    assert digest(folder, service()) != before


def test_a_folder_is_read_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []
    original = code._file
    monkeypatch.setattr(code, "_file", lambda path: (read.append(path), original(path))[1])
    shared = codes(folder)
    found = {shared.of(service(run=f"python main.py --number {each}")).digest for each in range(9)}
    assert len(found) == 1
    assert len(read) == len(set(read)) == 3
