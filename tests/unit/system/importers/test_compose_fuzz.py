"""No text, structure or bytes make the importer raise; what it makes of them loads."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
import itertools

from projects import GOLDEN, PROJECTS, main_files

from seatrial.system.importers.compose import sketch
from seatrial.system.importers.compose.keys import SERVICE, TOP
from seatrial.system.importers.derive import derive
from seatrial.system.importers.merge import merge
from seatrial.system.importers.sketch import Sketch
from seatrial.system.importers.write import text
from seatrial.system.load import loads
from seatrial.system.problem import Severity

WORDS = sorted({step for key in (*SERVICE, *TOP) for step in key.split(".") if step != "*"})
VALUES = [
    "web", "db", "postgres:15", "redis", "8080:80", "1-70000", "${A}", "${A:-${B}}", "$${C}", "$",
    "${", "no", "512m", "1m30s", "http://db:5432/x", "db:5432", "postgres://a:b@db/c", "a=b", "A",
    "!reset", "-1", "0", "*", "/", ".", "..", "\x85", "é", "service:web", "host", "{{x}}",
    "curl http://localhost:80/ok", "x" * 300,
]  # fmt: skip
unhurried = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from([*WORDS, *VALUES])
)
words = st.sampled_from([*WORDS, "web", "db", "x-y", "<<"]) | st.text(max_size=6)
structures = st.recursive(
    scalars,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(words, below, max_size=5),
    max_leaves=25,
)
services = st.dictionaries(
    st.sampled_from(["web", "db", "API_1", "self", "x.y"]) | st.text(max_size=5),
    st.dictionaries(st.sampled_from(WORDS), structures, max_size=8) | structures,
    max_size=4,
)


def sound(content: str, further: str | None = None, *, again: bool = True) -> None:
    found = sketch({"compose.yaml": content}, environ={"B": "b"}, find=lambda _path: further)
    if not isinstance(found, Sketch):
        assert found
        for problem in found:
            assert len(str(problem).splitlines()) == 1
        return
    draft = derive(found)
    written = text(draft.document, draft.remarks)
    loaded = loads(written)
    errors = [str(each) for each in loaded.problems if each.severity is Severity.ERROR]
    assert errors == [], written
    assert loaded.system is not None
    assert len(loaded.system.services) + len(loaded.system.stores) == len(found.containers)
    if again:
        assert merge(written, "seatrial.yaml", draft, draft.document).text == written


@unhurried
@given(st.text(max_size=200))
def test_any_text(content: str) -> None:
    sound(content, content)


@unhurried
@given(st.text(alphabet=":-?[]{},&*!|>'\"%@`#~ \n\tab01<=$.", max_size=80))
def test_text_of_indicators(content: str) -> None:
    sound(f"services:\n  web:\n    image: a\n    command: {content}")


@unhurried
@given(structures)
def test_any_structure(structure: Any) -> None:
    sound(yaml.safe_dump(structure, allow_unicode=True))
    sound(json.dumps(structure))


@unhurried
@given(services, structures)
def test_services_of_known_keys(structure: Any, more: Any) -> None:
    content = yaml.safe_dump({"services": structure})
    sound(content, yaml.safe_dump(more))


@unhurried
@given(st.data())
def test_mutated_text_of_good_files(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(PROJECTS))
    content = next(iter(main_files(GOLDEN / name).values()))
    at = data.draw(st.integers(0, len(content)))
    removed, inserted = data.draw(st.integers(0, 12)), data.draw(st.text(max_size=6))
    sound(content[:at] + inserted + content[at + removed :], content)


def one(command: str) -> str:
    return f"services: {{a: {{image: a, build: ., command: '{command}'}}}}"


def many(count: int, more: Callable[[int], str]) -> str:
    return "services:\n" + "".join(f"  s{n}: {{image: a{more(n)}}}\n" for n in range(count))


def tenfold(names: str) -> str:
    pairs = itertools.pairwise(names)
    lines = [f"{c}: &{c} [{','.join([f'*{b}'] * 9)}]\n" for b, c in pairs]
    return f"{names[0]}: &{names[0]} [x]\n{''.join(lines)}services: {{a: {{image: a}}}}"


def doubled(count: int) -> str:
    lines = [f"x{n}: &x{n} {{<<: [*x{n - 1}, *x{n - 1}], k{n}: 1}}\n" for n in range(1, count)]
    last = f"services: {{a: {{image: a, environment: *x{count - 1}}}}}"
    return f"x0: &x0 {{a: 1}}\n{''.join(lines)}{last}"


def variables(text: str) -> str:
    return f"services: {{db: {{image: postgres}}, a: {{image: a, environment: {{{text}}}}}}}"


HOSTILE = {
    "services": many(1000, lambda n: f", ports: [{n % 65000 + 1}]"),
    "chain": many(1000, lambda n: f", extends: s{n + 1}"),
    "depends": many(120, lambda n: f", depends_on: [{', '.join(f's{m}' for m in range(n))}]"),
    "interpolation": one("${A:-" * 20000),
    "dollars": one("${" * 200000),
    "laughs": tenfold("abcdefghi"),
    "merges": doubled(28),
    "long": variables(f"A: '{'pass ' * 100000}', B: '{'a:' * 100000}'"),
    "slashes": variables(f"DB_URL: '{'x://' * 100000}'"),
    "variables": variables(", ".join(f"DB{n}_HOST: db" for n in range(8000))),
    "deep": "services: " + "{a: " * 200 + "1" + "}" * 200,
    "includes": f"include: [{', '.join(f'f{n}.yaml' for n in range(60))}]\nservices: {{}}",
    "quotes": "services: {a: {image: a, env_file: x}}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_cost_little(name: str) -> None:
    further = HOSTILE["includes"] if name == "includes" else "A='\n" * 20000
    began = time.process_time()
    sound(HOSTILE[name], further, again=False)
    # Far above what it takes here: what this test is for costs minutes, or all memory.
    assert time.process_time() - began < 20
