"""A file is loaded once for each content: what changes on the disk is seen at once."""

from pathlib import Path

from seatrial.app.loaded import loaded

_TEXT = """seatrial: 1
system: {name}
teams:
  core: {{email: core@acme.example}}
services:
  web: {{summary: Serves., owner: core, run: web, ports: {{http: 80}}}}
"""


def test_the_same_bytes_are_loaded_once_and_others_anew(tmp_path: Path) -> None:
    file = tmp_path / "seatrial.yaml"
    file.write_text(_TEXT.format(name="one"))
    first = loaded(file)
    assert loaded(file) is first
    file.write_text(_TEXT.format(name="two"))
    second = loaded(file)
    assert first.system is not None
    assert second.system is not None
    assert (first.system.name, second.system.name) == ("one", "two")


def test_an_included_file_that_appears_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "seatrial.yaml"
    file.write_text(_TEXT.format(name="one") + "include: [more.yaml]\n")
    missing = loaded(file)
    assert [each.code for each in missing.problems] == ["ST1001"]
    (tmp_path / "more.yaml").write_text("people: {}\n")
    assert not any(each.code == "ST1001" for each in loaded(file).problems)


def test_a_file_that_goes_is_missed(tmp_path: Path) -> None:
    file = tmp_path / "seatrial.yaml"
    file.write_text(_TEXT.format(name="one"))
    assert loaded(file).system is not None
    file.unlink()
    assert loaded(file).system is None
