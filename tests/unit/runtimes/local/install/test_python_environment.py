"""A Python program with what it needs: from an index that is a folder, by the real pip or uv."""

import hashlib
import io
import os
import signal
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from seatrial.contract.engine import Engine, PythonEnvironment, StartCheck, VersionProbe
from seatrial.runtimes.local import install as installer
from seatrial.runtimes.local.install import Installed, NotInstalled, python_environment
from seatrial.runtimes.local.install.command import Commands
from seatrial.runtimes.local.install.failure import Unavailable

_MAIN = """\
import sys
import tinyneed

def main():
    print("tiny version", tinyneed.VERSION, sys.argv[0], *sorted(sys.argv[1:]))
"""
# A backend that packs the one module of a source archive: what the index has only as source is
# built by this alone.
_BACKEND = """\
import zipfile

def build_wheel(folder, config=None, metadata=None):
    name = "tinyneed-1.2.3-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        wheel.write("tinyneed.py", "tinyneed.py")
        about = "tinyneed-1.2.3.dist-info"
        told = "Metadata-Version: 2.1\\nName: tinyneed\\nVersion: 1.2.3\\n"
        wheel.writestr(f"{about}/METADATA", told)
        kind = "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
        wheel.writestr(f"{about}/WHEEL", kind)
        wheel.writestr(f"{about}/RECORD", "")
    return name
"""


def wheel(folder: Path, name: str, version: str, module: str, text: str) -> Path:
    """A wheel of one module."""
    about = f"{name}-{version}.dist-info"
    place = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(place, "w") as made:
        made.writestr(f"{module}.py", text)
        made.writestr(
            f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        made.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        made.writestr(f"{about}/RECORD", "")
    return place


def source(folder: Path) -> Path:
    """What the index has only as source."""
    place = folder / "tinyneed-1.2.3.tar.gz"
    texts = {
        "pyproject.toml": '[build-system]\nrequires = ["tinybuild"]\nbuild-backend = "tinybuild"\n'
        '[project]\nname = "tinyneed"\nversion = "1.2.3"\n',
        "PKG-INFO": "Metadata-Version: 2.1\nName: tinyneed\nVersion: 1.2.3\n",
        "tinyneed.py": 'VERSION = "1.2.3"\n',
    }
    with tarfile.open(place, "w:gz") as tar:
        for name, text in texts.items():
            member = tarfile.TarInfo(f"tinyneed-1.2.3/{name}")
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
    return place


def pinned(*files: Path) -> str:
    return "".join(
        f"{each.name.split('-')[0]}=={each.name.split('-')[1].removesuffix('.tar.gz')} "
        f"--hash=sha256:{hashlib.sha256(each.read_bytes()).hexdigest()}\n"
        for each in files
    )


@pytest.fixture
def recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a recipe, and an index that holds what it pins."""
    index, folder = tmp_path / "index", tmp_path / "modules/tinyrecipe"
    index.mkdir()
    folder.mkdir(parents=True)
    main = wheel(index, "tiny", "1.2.3", "tinymain", _MAIN)
    wheel(index, "stranger", "1.0", "stranger", "")
    builder = wheel(index, "tinybuild", "1.0", "tinybuild", _BACKEND)
    (folder / "__init__.py").touch()
    (folder / "requirements.txt").write_text(pinned(main, source(index)))
    (folder / "build.txt").write_text(pinned(builder))
    for key in ("PIP", "UV"):
        monkeypatch.setenv(f"{key}_NO_INDEX", "1")
        monkeypatch.setenv(f"{key}_FIND_LINKS", str(index))
        monkeypatch.delenv(f"{key}_INDEX_URL", raising=False)
    monkeypatch.setattr(sys, "path", [str(folder.parent), *sys.path])
    yield folder
    sys.modules.pop("tinyrecipe", None)


@pytest.fixture
def tiny() -> Engine:
    return Engine(
        name="tiny",
        title="Tiny",
        programs=("tiny",),
        version=VersionProbe(argv=("tiny", "--version"), pattern=r"version (\S+)"),
        minimum="1.0",
        sources=(
            PythonEnvironment(
                package="tiny",
                version="1.2.3",
                programs={"tiny": "tinymain:main"},
                recipe="tinyrecipe",
                built=("tinyneed",),
            ),
        ),
        start=StartCheck(argv=(), prepare=(("tiny", "start"),)),
        image=None,
        docs="https://tiny.example",
    )


def refused(outcome: object) -> str:
    assert isinstance(outcome, NotInstalled), outcome
    return "; ".join(each.text for each in outcome.reasons)


@pytest.mark.usefixtures("recipe")
def test_it_runs_by_what_is_pinned_and_by_nothing_of_ours(tiny: Engine, cache: Path) -> None:
    (got,) = installer.install([tiny], cache=cache)
    assert isinstance(got, Installed), got
    assert (got.version, got.source) == ("1.2.3", "pypi")
    assert installer.find(tiny, cache) == got
    assert not (got.home / "builder").exists()
    assert list(got.home.glob("root/__pycache__/tinymain.*.pyc"))
    told = subprocess.run(
        [got.programs["tiny"], "a", "b c"],
        env={"PYTHONPATH": "/nowhere", "PYTHONHOME": "/nowhere", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "tiny version 1.2.3 tiny a b c\n"


@pytest.mark.usefixtures("recipe")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may be somebody else")
def test_every_user_of_the_machine_may_run_it(tiny: Engine, cache: Path) -> None:
    (got,) = installer.install([tiny], cache=cache)
    assert isinstance(got, Installed), got
    told = subprocess.run(
        [got.programs["tiny"]], user=65534, group=65534, extra_groups=[], cwd="/", check=True
    )
    assert told.returncode == 0


@pytest.mark.parametrize("lock", ["requirements.txt", "build.txt"])
def test_what_is_not_what_was_pinned_is_refused_and_nothing_stays(
    tiny: Engine, cache: Path, recipe: Path, lock: str
) -> None:
    text = (recipe / lock).read_text()
    first = text.partition("sha256:")[2][0]
    (recipe / lock).write_text(text.replace("sha256:" + first, "sha256:" + "0f"[first == "0"], 1))
    assert "fetching tiny 1.2.3 failed" in refused(installer.install([tiny], cache=cache)[0])
    assert installer.find(tiny, cache) is None
    assert [each.name for each in cache.iterdir() if each.name != "lock"] == ["work"]
    assert list((cache / "work").iterdir()) == []


def test_a_lock_without_digests_is_refused(tiny: Engine, cache: Path, recipe: Path) -> None:
    (recipe / "requirements.txt").write_text("tiny==1.2.3\ntinyneed==1.2.3\n")
    assert "fetching tiny 1.2.3 failed" in refused(installer.install([tiny], cache=cache)[0])


def test_what_is_needed_and_not_pinned_is_not_fetched(
    tiny: Engine, cache: Path, recipe: Path
) -> None:
    only = [
        each
        for each in (recipe / "requirements.txt").read_text().splitlines()
        if "need" not in each
    ]
    (recipe / "requirements.txt").write_text("\n".join(only) + "\n")
    assert "No module named 'tinyneed'" in refused(installer.install([tiny], cache=cache)[0])


@pytest.mark.usefixtures("recipe")
def test_killed_in_the_middle_it_leaves_nothing_half(tiny: Engine, cache: Path) -> None:
    child = os.fork()
    if child == 0:  # pragma: no cover - dies

        def die(step: installer.Progress) -> None:
            if step.step == "downloading":  # what builds it lies there already
                os.kill(os.getpid(), signal.SIGKILL)

        installer.install([tiny], cache=cache, progress=die)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert list((cache / "work").rglob("builder")), "it was killed too early to show anything"
    assert installer.find(tiny, cache) is None
    (got,) = installer.install([tiny], cache=cache)
    assert isinstance(got, Installed), got
    assert list((cache / "work").iterdir()) == []


@pytest.fixture
def python(cache: Path) -> Callable[[str, str], Path]:
    """Makes something that tells its kind as a Python does, in a folder that all may enter."""

    def one(folder: str, tag: str) -> Path:
        place = cache.parent / folder / "python"
        place.parent.mkdir()
        place.write_text(f"#!/bin/sh\necho {tag}\n")
        place.chmod(0o755)
        return place

    return one


def test_the_python_is_of_the_kind_that_the_wheels_are_for(
    python: Callable[[str, str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    other, ours = python("other", "cpython-39"), python("ours", "cpython-311")
    chosen = python_environment.interpreter(
        (tmp_path / "no", other, ours), "cpython-311", Commands()
    )
    assert chosen == ours
    with pytest.raises(Unavailable, match="no Python cpython-312 for every user"):
        python_environment.interpreter((other, ours), "cpython-312", Commands())


def test_as_root_a_python_that_others_cannot_reach_is_passed_over(
    python: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    mine = python("mine", "cpython-311")
    assert python_environment.interpreter((mine,), "cpython-311", Commands()) == mine
    mine.parent.chmod(0o700)
    with pytest.raises(Unavailable, match=r"lies in /\S+, which only its owner may enter"):
        python_environment.interpreter((mine,), "cpython-311", Commands())
