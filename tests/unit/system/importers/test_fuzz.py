"""No bytes, text or structure make an importer raise; what comes of them is bounded and told."""

import json
import runpy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seatrial.system.importers.kubernetes import sketch as kubernetes
from seatrial.system.importers.openapi import sketch as openapi
from seatrial.system.importers.sketch import Sketch

GOLDEN = runpy.run_path(str(Path(__file__).with_name("golden.py")))
unhurried = settings(deadline=None, max_examples=50, suppress_health_check=list(HealthCheck))
IMPORTERS = {"kubernetes": kubernetes, "openapi": openapi}
Read = Callable[[Mapping[str, str]], Any]
TEXTS = {
    name: [
        text
        for case in GOLDEN["cases"](name)
        for text in GOLDEN["texts"](name, case).values()
        if len(text) < 6000
    ]
    for name in IMPORTERS
}


def trees(name: str) -> list[Any]:
    found = []
    for text in TEXTS[name]:
        try:
            found += list(yaml.load_all(text, Loader=yaml.BaseLoader))
        except yaml.YAMLError:
            continue  # the goldens that are broken on purpose
    return [tree for tree in found if isinstance(tree, dict | list)]


TREES = {name: trees(name) for name in IMPORTERS}


def keys(tree: Any) -> set[str]:
    if isinstance(tree, dict):
        return set(tree) | {key for value in tree.values() for key in keys(value)}
    if isinstance(tree, list):
        return {key for value in tree for key in keys(value)}
    return set()


WORDS = {
    name: sorted({word for tree in found for word in keys(tree)}) for name, found in TREES.items()
}
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["$(A)", "http://db:5432/x", "250m", "1Gi", "#/paths/~1a", "{id}", "yes", ""])
)


def structures(name: str) -> st.SearchStrategy[Any]:
    words = st.sampled_from(WORDS[name]) | st.text(max_size=6)
    return st.recursive(
        scalars,
        lambda below: st.lists(below, max_size=4) | st.dictionaries(words, below, max_size=5),
        max_leaves=25,
    )


def check(read: Read, text: str, name: str = "given.yaml") -> None:
    result = read({name: text})
    GOLDEN["sound"](result)
    if isinstance(result, Sketch):
        assert GOLDEN["uncovered"]({name: text}, result) == []


def mutated(draw: st.DrawFn, tree: Any, name: str) -> Any:
    """The tree with one value at a random place exchanged, removed or renamed."""
    if not isinstance(tree, dict | list) or not tree or draw(st.integers(0, 7)) == 0:
        return draw(structures(name))
    if isinstance(tree, list):
        at = draw(st.integers(0, len(tree) - 1))
        return [*tree[:at], mutated(draw, tree[at], name), *tree[at + 1 :]]
    key = draw(st.sampled_from(sorted(tree)))
    action = draw(st.integers(0, 5))
    if action == 0:
        return {each: value for each, value in tree.items() if each != key}
    if action == 1:
        other = draw(st.sampled_from(WORDS[name]))
        return {other if each == key else each: value for each, value in tree.items()}
    return tree | {key: mutated(draw, tree[key], name)}


@pytest.mark.parametrize("name", IMPORTERS)
@unhurried
@given(data=st.data())
def test_mutated_goldens(name: str, data: st.DataObject) -> None:
    tree = data.draw(st.sampled_from(TREES[name]))
    for _ in range(data.draw(st.integers(1, 4))):
        tree = mutated(data.draw, tree, name)
    check(IMPORTERS[name], yaml.safe_dump(tree, sort_keys=False))


@pytest.mark.parametrize("name", IMPORTERS)
@unhurried
@given(data=st.data())
def test_any_structure(name: str, data: st.DataObject) -> None:
    structure = data.draw(structures(name))
    check(IMPORTERS[name], yaml.safe_dump(structure))
    check(IMPORTERS[name], json.dumps(structure))


@pytest.mark.parametrize("name", IMPORTERS)
@unhurried
@given(data=st.data())
def test_mutated_text(name: str, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(TEXTS[name]))
    at = data.draw(st.integers(0, len(text)))
    removed, inserted = data.draw(st.integers(0, 12)), data.draw(st.text(max_size=6))
    check(IMPORTERS[name], text[:at] + inserted + text[at + removed :])


@pytest.mark.parametrize("name", IMPORTERS)
@unhurried
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_raw_bytes(name: str, content: bytes) -> None:
    check(IMPORTERS[name], content.decode(errors="replace"), "a\nb")
