"""Where the program of a command is, and what is said where it is not there."""

from pathlib import Path

import pytest

from seatrial.runtimes.local.program import located, reason


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A system's folder with a virtual environment and a folder of programs."""
    made = tmp_path / "shop"
    for name in (".venv/bin/uvicorn", "bin/serve"):
        (made / name).parent.mkdir(parents=True)
        (made / name).write_text("#!/bin/sh\n")
        (made / name).chmod(0o755)
    (made / "bin/notes").write_text("no program\n")
    return made


def path_of(folder: Path) -> str:
    return f"{folder / '.venv/bin'}:{folder / 'not-there'}:/usr/bin:/bin"


def test_a_program_is_found_on_path_or_relative_to_the_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = path_of(folder)
    for name, at in (("uvicorn", ".venv/bin/uvicorn"), ("./bin/serve", "bin/serve")):
        for where in (folder, folder.parent):  # wherever seatrial is called: no reason to restart
            monkeypatch.chdir(where)
            assert located(name, folder, path) == str(folder / at)
    absolute = str(folder / "bin/serve")
    assert located(absolute, Path("/elsewhere"), "") == absolute


def test_a_link_into_a_virtual_environment_stays_one(folder: Path) -> None:
    link = folder / ".venv/bin/python"
    link.symlink_to("/bin/sh")
    assert located(".venv/bin/python", folder, "") == str(link)


@pytest.mark.parametrize(
    ("name", "summary", "cure"),
    [
        ("uvicron", "the program uvicron is not there", 'did you mean "uvicorn"?'),
        ("qqxyzzyqq", "the program qqxyzzyqq is not there", "install it"),
        ("bin/sevre", "the program bin/sevre is not there", 'did you mean "serve"?'),
        ("gone/serve", "the folder of the program gone/serve is not there", "make it"),
        ("bin/notes", "the program bin/notes may not be executed", "chmod +x"),
    ],
)
def test_a_program_that_is_not_there_is_told_with_its_cure(
    folder: Path, name: str, summary: str, cure: str
) -> None:
    assert located(name, folder, path_of(folder)) is None
    told = reason(name, folder, path_of(folder))
    assert told[0] == summary
    assert cure in told[1]
