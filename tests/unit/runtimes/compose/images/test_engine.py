"""What an engine's image holds beside the files of the cache."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.contract.engine import Debian, Engine, PythonEnvironment, Source, StartCheck
from seatrial.contract.engine import VersionProbe as Probe
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.images import engine, interpreter
from seatrial.runtimes.compose.images.content import Content
from seatrial.runtimes.compose.images.essentials import utility
from seatrial.runtimes.local.install import Installed
from seatrial.runtimes.local.install.command import Commands

_PYTHON = PythonEnvironment(
    package="tiny", version="1", programs={"tiny": "tinymain:main"}, recipe="tinyrecipe"
)
_DEBIAN = Debian(programs={"tiny": "usr/bin/tiny"})


def content(home: Path, source: Source, *utilities: str) -> Content:
    """Of a program that names the Python of this machine, as it lies in the cache."""
    for name in ("bin/tiny", "root/tinymain.py"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("#!/usr/bin/somewhere/python\n")
    installed = Installed(name="tiny", version="1", source="pypi", programs={}, env={}, home=home)
    one = Engine(
        name="tiny",
        title="Tiny",
        programs=("tiny",),
        version=Probe(argv=("tiny", "--version"), pattern=r"(\S+)"),
        minimum="1",
        sources=(source,),
        start=StartCheck(argv=()),
        image=None,
        utilities=utilities,
        docs="https://tiny.example",
    )
    return engine.content(installed, one, Commands())


def test_a_program_of_python_runs_by_the_python_of_its_image(tmp_path: Path) -> None:
    found = content(tmp_path, _PYTHON)
    text = found.files["opt/tiny/bin/tiny"].text
    assert text is not None
    assert f"exec' {interpreter.PROGRAM} -I -S" in text
    assert str(interpreter.PROGRAM).lstrip("/") in found.files
    assert found.files["opt/tiny/root/tinymain.py"].source == tmp_path / "root/tinymain.py"
    assert "compileall" in found.run


def test_others_bring_no_python(tmp_path: Path) -> None:
    found = content(tmp_path, _DEBIAN)
    assert str(interpreter.PROGRAM).lstrip("/") not in found.files
    assert found.run == ()


def test_what_its_scripts_call_is_there_with_its_libraries(tmp_path: Path) -> None:
    without, found = content(tmp_path, _DEBIAN), content(tmp_path, _DEBIAN, "sh", "grep")
    assert {"bin/sh", "bin/grep"} <= found.files.keys() - without.files.keys()
    assert found.files["bin/grep"].mode == 0o755
    assert any(Path(each).name.startswith("libc.") for each in found.files)


def test_what_this_machine_lacks_is_told() -> None:
    with pytest.raises(RuntimeFailure, match="no program notepad"):
        utility("notepad")
