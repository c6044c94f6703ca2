"""Which system is meant, of those that run in a file's folder."""

from dataclasses import replace
from pathlib import Path

import pytest

from seatrial.app.find import Asked, Known, Unclear, choose, find
from seatrial.runtimes.local.home import Home

FOLDER = Path("/srv/shop")


def known(name: str, file: str = "seatrial.yaml", *, kept: bool = True) -> Known:
    return Known(name=name, file=str(FOLDER / file) if file else "", kept=kept)


def asked(name: str = "", file: str = "seatrial.yaml", **more: object) -> Asked:
    values = {"explicit": False, "there": bool(name), **more}
    return Asked(file=FOLDER / file, name=name, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "there", "expected"),
    [
        (asked("shop"), (known("shop"), known("other", "other.yaml")), "shop"),
        (asked("new"), (known("shop", kept=False),), "shop"),  # renamed in the file
        (asked(), (known("shop", kept=False),), "shop"),  # the file is gone
        (asked(), (known("shop", "a.yaml"),), "shop"),  # no file was named: the only one
        (asked(), (known("shop", ""),), "shop"),
        (asked(file="b.yaml", explicit=True), (known("shop", "a.yaml", kept=False),), "shop"),
        (asked(), (known("a", kept=False), known("b", "b.yaml")), "a"),  # started from that file
        (asked(system="b"), (known("a"), known("b", "b.yaml")), "b"),
        # another's system is never meant
        (asked("b", "b.yaml"), (known("a", "a.yaml"),), "b"),
        (asked(file="b.yaml", explicit=True), (known("a", "a.yaml"),), None),
        (asked("shop"), (), "shop"),
        (asked(), (), None),
        (asked(there=True), (known("shop", ""),), "shop"),  # by the folder, as `up` called it
    ],
)
def test_the_system_that_is_meant(
    question: Asked, there: tuple[Known, ...], expected: str | None
) -> None:
    assert choose(question, there).name == expected


def test_why_is_said_unless_the_file_itself_decides() -> None:
    assert choose(asked("shop"), (known("shop"),)).why == ""
    assert choose(asked("new"), ()).why == ""
    why = choose(asked("new"), (known("shop", kept=False),)).why
    assert why == (
        "seatrial.yaml describes new, which does not run; "
        "shop (from seatrial.yaml) runs in this folder"
    )
    assert choose(asked(), (known("shop"),)).why.startswith("seatrial.yaml is not there; shop")
    assert "names no system" in choose(asked(there=True), (known("a", kept=False),)).why


@pytest.mark.parametrize(
    ("question", "there", "cure"),
    [
        (asked(), (known("a", "a.yaml"), known("b", "b.yaml")), "--system a"),
        (asked("new"), (known("a", kept=False), known("b", kept=False)), "--system a"),
        (asked(system="c"), (known("a"),), "a (from seatrial.yaml)"),
        (asked(system="c"), (), "give its file"),
    ],
)
def test_what_is_unclear_is_refused_with_a_way_on(
    question: Asked, there: tuple[Known, ...], cure: str
) -> None:
    with pytest.raises(Unclear) as refused:
        choose(question, there)
    assert cure in refused.value.cure
    assert all(each.name in f"{refused.value} {refused.value.cure}" for each in there)


def started(folder: Path, name: str, file: str, *, runs: bool) -> None:
    home = Home.of(name, folder)
    home.path.mkdir(parents=True)
    home.write("durable.json", ["w/database/0/data"])
    if runs:
        home.write("origin.json", {"file": str(folder / file)})


def test_data_is_removed_only_of_the_system_that_the_file_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SEATRIAL_HOME", str(tmp_path / "states"))
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "seatrial.yaml").write_text("seatrial: 1\nsystem: a\n", encoding="utf-8")
    question = Asked(file=folder / "seatrial.yaml", explicit=False, there=True, name="a")
    started(folder, "b", "b.yaml", runs=True)  # and b.yaml is on another branch
    with pytest.raises(Unclear, match="its data would be removed"):
        find(question, data=True)
    started(folder, "a", "seatrial.yaml", runs=False)
    found = find(question, data=True)
    assert found.runtime is not None
    assert found.runtime.system == "a"
    assert [each.name for each in found.others] == ["b"]
    by_name = find(replace(question, system="a"), data=True)
    assert by_name.runtime is not None
    assert by_name.runtime.system == "a"
