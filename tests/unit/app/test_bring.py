"""Which files are read, and that no bytes make reading raise anything but Refused."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seatrial.app import bring
from seatrial.app.plan import Refused
from seatrial.system.importers.derive import Choices
from seatrial.system.importers.sketch import Sketch

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
