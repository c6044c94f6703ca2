import datetime as dt
import os
import socket
from pathlib import Path

import pytest

from seatrial.system.load import Loaded, load, loads

MINIMAL = (Path(__file__).parents[2] / "golden/system/good/minimal.yaml").read_text(
    encoding="utf-8"
)


def codes(loaded: Loaded) -> list[str]:
    return [problem.code for problem in loaded.problems]


def test_a_good_file(tmp_path: Path) -> None:
    path = tmp_path / "seatrial.yaml"
    path.write_text(MINIMAL, encoding="utf-8")
    loaded = load(path)
    assert loaded.system is not None
    assert loaded.problems == ()
    assert loaded.files == (path,)


def test_what_is_no_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    link = tmp_path / "link"
    link.symlink_to(link)
    assert codes(load(tmp_path / "missing.yaml")) == ["ST1001"]
    assert codes(load(tmp_path)) == ["ST1002"]
    assert codes(load(pipe)) == ["ST1002"]
    assert codes(load(Path("/dev/zero"))) == ["ST1002"]
    assert codes(load(link)) == ["ST1003"]
    assert codes(load(tmp_path / ("x" * 300))) == ["ST1003"]
    assert codes(load(Path("a\0b"))) == ["ST1003"]
    assert codes(load(tmp_path / "missing.yaml" / "deeper")) == ["ST1001"]


def test_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Bound by a short relative name: the path of a socket has at most 107 bytes.
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        assert codes(load(Path("socket"))) == ["ST1003"]


def test_a_file_without_permission(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root reads every file")
    path = tmp_path / "seatrial.yaml"
    path.write_text(MINIMAL, encoding="utf-8")
    path.chmod(0)
    assert codes(load(path)) == ["ST1003"]


def test_the_size_of_all_files_together_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "seatrial.yaml"
    comment = "# " + "x" * 1021 + "\n"
    path.write_text(MINIMAL + comment * 1024, encoding="utf-8")
    assert codes(load(path)) == ["ST1004"]
    path.write_text("include: [a.yaml, b.yaml]\n" + MINIMAL + comment * 400, encoding="utf-8")
    (tmp_path / "a.yaml").write_text("summary: a\n" + comment * 400, encoding="utf-8")
    (tmp_path / "b.yaml").write_text("targets: {}\n" + comment * 400, encoding="utf-8")
    assert codes(load(path)) == ["ST1004"]
    (tmp_path / "b.yaml").write_text("targets: {}\n", encoding="utf-8")
    assert codes(load(path)) == []


def test_the_values_of_all_files_together_are_bounded(tmp_path: Path) -> None:
    path = tmp_path / "seatrial.yaml"
    many = f"[{'x,' * 30_000}]\n"
    path.write_text(f"include: [a.yaml]\n{MINIMAL}alerting: {many}", encoding="utf-8")
    (tmp_path / "a.yaml").write_text(f"oncall: {many}", encoding="utf-8")
    assert "ST1113" in codes(load(path, ("alerting", "oncall")))


def test_the_number_of_files_is_bounded(tmp_path: Path) -> None:
    # A chain: each file includes the next, deeper than Python would recurse.
    for number in range(100):
        text = f"include: [{number + 1}.yaml]\n" + (MINIMAL if number == 0 else "")
        (tmp_path / f"{number}.yaml").write_text(text, encoding="utf-8")
    loaded = load(tmp_path / "0.yaml")
    assert codes(loaded) == ["ST1604"]
    assert len(loaded.files) == 64


def test_included_files_are_listed_and_named_as_the_user_named_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ops" / "parts").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    Path("ops/main.yaml").write_text("include: [parts/a.yaml]\n" + MINIMAL, encoding="utf-8")
    Path("ops/parts/a.yaml").write_text(
        "stores:\n  db: {engine: redis, version: 7, owner: nobody}\n", encoding="utf-8"
    )
    loaded = load(Path("ops/main.yaml"))
    assert loaded.files == (Path("ops/main.yaml"), Path("ops/parts/a.yaml"))
    assert [str(problem.place) for problem in loaded.problems] == ["ops/parts/a.yaml:2:42"]


def test_an_aliased_mapping_does_not_grow_with_its_twin(tmp_path: Path) -> None:
    path = tmp_path / "seatrial.yaml"
    aliased = MINIMAL.replace("  web: {}", "  web: &t {}") + "people: &p {}\nstores: *p\n"
    path.write_text("include: [a.yaml]\n" + aliased, encoding="utf-8")
    (tmp_path / "a.yaml").write_text(
        "people: {ada: {name: Ada, email: ada@shop.example}}\n", encoding="utf-8"
    )
    loaded = load(path)
    assert loaded.system is not None
    assert list(loaded.system.people) == ["ada"]
    assert loaded.system.stores == {}


def test_a_text_cannot_include() -> None:
    assert codes(loads("include: [a.yaml]\n" + MINIMAL)) == ["ST1601"]


def test_exceptions_expire_only_against_a_day() -> None:
    text = MINIMAL + (
        "exceptions: [{requirement: R07, subject: api, reason: x, owner: web, until: 2026-05-31}]\n"
    )
    assert codes(loads(text)) == []
    assert codes(loads(text, today=dt.date(2026, 5, 31))) == []
    warned = loads(text, today=dt.date(2026, 6, 1))
    assert codes(warned) == ["ST1502"]
    assert warned.system is not None


def test_very_many_problems_are_cut_with_a_note() -> None:
    text = MINIMAL + "".join(f"key{number}: 1\n" for number in range(2000))
    loaded = loads(text)
    assert len(loaded.problems) == 501
    assert loaded.problems[-1].code == "ST1901"


def test_lone_surrogates_in_a_text_are_refused() -> None:
    assert codes(loads("seatrial: \ud800")) == ["ST1006"]


def test_problems_come_in_the_order_of_their_places() -> None:
    loaded = loads(
        "zzz: 1\n" + MINIMAL.replace("owner: web", "owner: wob") + "    grace: 5\nyyy: 1\n"
    )
    places = [problem.place for problem in loaded.problems]
    assert places == sorted(place for place in places if place is not None)
    assert codes(loaded) == ["ST1301", "ST1203", "ST1305", "ST1301"]
