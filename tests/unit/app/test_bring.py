"""Which files are read, and that no bytes make reading raise anything but Refused."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seatrial.app import bring
from seatrial.app.assess import review
from seatrial.app.plan import Refused
from seatrial.system.importers.derive import Choices
from seatrial.system.importers.sketch import Fidelity, Sketch
from seatrial.system.problem import Severity

GOOD = "services: {web: {image: a/web}}\n"


def refused(path: Path) -> set[str]:
    with pytest.raises(Refused) as caught:
        bring.read(path)
    return {each.code for each in caught.value.problems}


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=300), st.binary(max_size=60))
def test_raw_bytes(content: bytes, dotenv: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        (path / "compose.yaml").write_bytes(content)
        (path / ".env").write_bytes(dotenv)
        try:
            found: Sketch | None = bring.read(path)
        except Refused:
            found = None
        assert found is None or found.containers


def test_a_folder_prefers_its_compose_file_to_all_else(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("apiVersion: v1\nkind: Pod\n", encoding="utf-8")
    (tmp_path / "compose.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "docker-compose.yml").write_text("services: {old: {image: b}}\n", encoding="utf-8")
    assert [each.name for each in bring.read(tmp_path).containers] == ["web"]


def test_files_of_other_names_are_recognised_by_what_stands_in_them(tmp_path: Path) -> None:
    below = tmp_path / "deploy"
    below.mkdir()
    (below / "stack.yml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "notes.yaml").write_text("a: 1\n", encoding="utf-8")
    (tmp_path / "broken.yaml").write_text("a: [\n", encoding="utf-8")
    assert [each.name for each in bring.read(tmp_path).containers] == ["web"]


def lost(path: Path) -> dict[str, str]:
    return {
        Path(each.place.file).name: each.cure
        for each in bring.read(path).ledger
        if each.fidelity is Fidelity.DROPPED and each.subject == "the file"
    }


def test_files_of_another_kind_are_told_as_lost(tmp_path: Path) -> None:
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")
    (tmp_path / "api.json").write_text('{"openapi": "3.0.0", "paths": {}}', encoding="utf-8")
    (tmp_path / "package.json").write_text('{"name": "a"}', encoding="utf-8")
    assert lost(tmp_path) == {"api.json": "import it by itself"}
    _, (told,) = review(tmp_path, dt.date(2026, 11, 26))
    assert (told.code, told.severity) == ("ST1703", Severity.WARNING)
    assert "an OpenAPI document" in told.summary
    assert str(told.place) == f"{tmp_path / 'api.json'}:1:1"


def test_files_that_cannot_be_read_are_told_as_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.yml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "broken.yml").write_text("services: [\n", encoding="utf-8")
    (tmp_path / "large.yml").write_text("#" * ((1 << 20) + 1), encoding="utf-8")
    (tmp_path / "wide.yml").write_bytes(b"\xff\xfea")
    assert set(lost(tmp_path)) == {"broken.yml", "large.yml", "wide.yml"}
    _, told = review(tmp_path, dt.date(2026, 11, 26))
    assert {each.severity for each in told} == {Severity.WARNING}
    assert len(told) == 3
    monkeypatch.setattr(bring, "_MOST_FILES", 2)
    assert set(lost(tmp_path)) == {"broken.yml", "large.yml"}
    monkeypatch.setattr(bring, "_MOST_TEXT", len(GOOD))
    _, told = review(tmp_path, dt.date(2026, 11, 26))
    assert [each.code for each in told] == ["ST1704", "ST1704"]


def test_what_is_hidden_or_installed_is_passed_over(tmp_path: Path) -> None:
    for name in (".cache", "node_modules"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.yaml").write_text(GOOD, encoding="utf-8")
    assert refused(tmp_path) == {"ST1701"}


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    assert refused(tmp_path) == {"ST1701"}
    assert refused(tmp_path / "gone.yaml") == {"ST1001"}
    (tmp_path / "compose.yaml").write_bytes(b"\xff\xfea")
    assert refused(tmp_path) == {"ST1005"}


def test_a_link_out_of_the_checkout_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.env").write_text("STOLEN=1\n", encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir()
    (home / "linked.env").symlink_to(tmp_path / "secret.env")
    (home / "compose.yaml").write_text(
        "services: {web: {image: a, env_file: linked.env}}\n", encoding="utf-8"
    )
    assert bring.read(home).containers[0].variables == ()


def test_a_damaged_memory_of_the_last_import_is_none(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(GOOD, encoding="utf-8")
    sketch = bring.read(tmp_path)
    bring.write(bring.bring(sketch, tmp_path, tmp_path, Choices()))
    before = (tmp_path / "seatrial.yaml").read_bytes()
    for damage in ("[", "[]", '{"x": 1}'):
        (tmp_path / ".seatrial" / bring.STATE).write_text(damage, encoding="utf-8")
        again = bring.bring(sketch, tmp_path, tmp_path, Choices())
        assert not again.changed
    assert (tmp_path / "seatrial.yaml").read_bytes() == before
