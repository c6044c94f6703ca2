"""Each project and what becomes of it; `SEATRIAL_UPDATE_GOLDEN=1` writes both anew."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from projects import GOLDEN, PROJECTS, drawn, main_files, read

from seatrial.system.importers.documents import read_documents
from seatrial.system.importers.merge import merge
from seatrial.system.importers.names import labels
from seatrial.system.importers.sketch import Fidelity
from seatrial.system.load import loads
from seatrial.system.problem import Place, Severity
from seatrial.system.tree import Node

each_project = pytest.mark.parametrize("name", PROJECTS)


@each_project
def test_a_project_gives_its_file_and_its_ledger(name: str) -> None:
    _, draft, text = drawn(name)
    ledger = "".join(
        f"{each.fidelity} {each.place} {each.subject}: {each.summary}"
        f"{f'; {each.cure}' if each.cure else ''}\n"
        for each in draft.ledger
    )
    for file, now in (("seatrial.yaml", text), ("ledger.txt", ledger)):
        expected = GOLDEN / name / file
        if os.environ.get("SEATRIAL_UPDATE_GOLDEN") == "1":
            expected.write_text(now, encoding="utf-8")
        assert now == expected.read_text(encoding="utf-8")


def test_there_are_enough_projects() -> None:
    assert len(PROJECTS) >= 35


@each_project
def test_the_file_loads_and_has_every_service(name: str) -> None:
    sketch, _, text = drawn(name)
    loaded = loads(text)
    errors = [str(each) for each in loaded.problems if each.severity is Severity.ERROR]
    assert errors == []
    assert loaded.system is not None
    names = {*loaded.system.services, *loaded.system.stores}
    assert names == set(labels(each.name for each in sketch.containers).values())
    written = {
        service
        for path, content in main_files(GOLDEN / name).items()
        for root in read_documents(content, path).roots
        for service, node in ((root.child("services") or root).entries or {}).items()
        if node.entries is not None
    }
    if name not in {"first-format", "unknown-keys"}:  # not everything at their top is a service
        assert written <= {each.name for each in sketch.containers}


@each_project
def test_nothing_that_is_written_is_lost_without_a_line(name: str) -> None:
    sketch, draft, _ = drawn(name)
    told = {each.place for each in (*sketch.ledger, *draft.ledger)}
    for container in sketch.containers:
        told.update(container.places.values())
    leaves = 0
    for file in sketch.files:
        path = GOLDEN / name / file
        if path.suffix not in {".yaml", ".yml"}:
            continue
        for root in read_documents(path.read_bytes().decode(), file).roots:
            for leaf, above in _leaves(root, ()):
                leaves += 1
                assert told & {leaf.place, *above}, f"{leaf.place} is in no line"
    assert leaves


def _leaves(node: Node, above: tuple[Place, ...]) -> Iterator[tuple[Node, tuple[Place, ...]]]:
    """Every scalar, and what is empty, with the places of all that holds it."""
    below = [(each, node.key_place(key)) for key, each in (node.entries or {}).items()]
    below += [(each, each.place) for each in node.items or ()]
    if not below:
        yield node, above
    for each, key in below:
        yield from _leaves(each, (*above, node.place, key))


@each_project
def test_no_secret_is_copied(name: str) -> None:
    sketch, draft, text = drawn(name)
    everything = (
        repr([(each, dict(each.labels)) for each in sketch.containers]),
        repr(sketch.ledger),
        repr(draft),
        text,
    )
    for each in everything:
        assert "hunter2" not in each


@each_project
def test_the_same_again_changes_no_byte(name: str) -> None:
    _, draft, text = drawn(name)
    for base in (None, draft.document):
        merged = merge(text, "seatrial.yaml", draft, base, elsewhere=())
        assert merged.text == text
        assert merged.ledger == ()


@each_project
def test_every_approximation_and_loss_has_words(name: str) -> None:
    for each in read(name).ledger:
        assert each.summary
        assert not each.summary.endswith(".")
        assert each.cure or each.fidelity is not Fidelity.APPROXIMATED
