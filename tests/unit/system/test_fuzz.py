"""No text, structure or bytes make the loader raise; each problem can be shown on one line."""

import datetime as dt
import json
import tempfile
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seatrial.system.load import Loaded, load, loads
from seatrial.system.problem import CODES, Severity
from seatrial.system.schema import keys

GOOD = (Path(__file__).parents[2] / "golden/system/good/workflow-platform.yaml").read_text(
    encoding="utf-8"
)
TREE = yaml.load(GOOD, Loader=yaml.BaseLoader)  # noqa: S506 - our own file, every scalar a text
WORDS = sorted({part for key in keys() for part in key.split(".") if part != "*"})
unhurried = settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([*WORDS, "web", "${self.dir}", "${", "${a.b}", "90s", "512MiB", "99.9%", "/"])
)
words = st.sampled_from(WORDS) | st.text(max_size=8)
structures = st.recursive(
    scalars,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(words, below, max_size=5),
    max_leaves=30,
)


def sound(loaded: Loaded) -> None:
    errors = [p for p in loaded.problems if p.severity is Severity.ERROR]
    assert (loaded.system is None) == bool(errors)
    for problem in loaded.problems:
        assert problem.code in CODES
        assert len(str(problem).splitlines()) == 1
        assert problem.place is not None
        assert problem.place.line >= 1
        assert problem.place.column >= 1


def check(text: str) -> None:
    sound(loads(text, sections=("alerting", "oncall"), today=dt.date(2026, 6, 1)))


@unhurried
@given(st.binary(max_size=400))
def test_raw_bytes(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "seatrial.yaml"
        path.write_bytes(content)
        sound(load(path))


@unhurried
@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    check(text)


@unhurried
@given(st.text(alphabet=":-?[]{},&*!|>'\"%@`#~ \n\tab01<=$.", max_size=80))
def test_text_of_indicators(text: str) -> None:
    check(text)


@unhurried
@given(structures)
def test_any_structure(structure: Any) -> None:
    check(yaml.safe_dump(structure))
    check(json.dumps(structure))


@unhurried
@given(st.dictionaries(st.sampled_from(WORDS), structures, max_size=6))
def test_structures_under_known_keys(structure: dict[str, Any]) -> None:
    check(yaml.safe_dump({"seatrial": 1, "system": "a"} | structure))


def mutated(draw: st.DrawFn, tree: Any) -> Any:
    """The tree with one value at a random place exchanged, removed or renamed."""
    if not isinstance(tree, dict | list) or not tree or draw(st.integers(0, 7)) == 0:
        return draw(structures)
    if isinstance(tree, list):
        at = draw(st.integers(0, len(tree) - 1))
        return [*tree[:at], mutated(draw, tree[at]), *tree[at + 1 :]]
    key = draw(st.sampled_from(sorted(tree)))
    action = draw(st.integers(0, 5))
    if action == 0:
        return {name: value for name, value in tree.items() if name != key}
    if action == 1:
        return {draw(words) if name == key else name: value for name, value in tree.items()}
    return tree | {key: mutated(draw, tree[key])}


@unhurried
@given(st.data())
def test_mutated_good_files(data: st.DataObject) -> None:
    tree = TREE
    for _ in range(data.draw(st.integers(1, 4))):
        tree = mutated(data.draw, tree)
    check(yaml.safe_dump(tree))


@unhurried
@given(st.integers(0, len(GOOD)), st.integers(0, 12), st.text(max_size=6))
def test_mutated_text_of_a_good_file(at: int, removed: int, inserted: str) -> None:
    check(GOOD[:at] + inserted + GOOD[at + removed :])
