"""An edit adds keys and leaves every other byte, or it is refused."""

from __future__ import annotations

import difflib
from dataclasses import replace

import pytest
import yaml

from seatrial.review import edit as module
from seatrial.review.cure import Edit, block, scalar
from seatrial.review.edit import Edited, edited
from seatrial.review.nodes import composed


def edit(*path: str, **value: object) -> Edit:
    return Edit(file="compose.yaml", path=path, value=value)


RESTART = edit("services", "web", restart="unless-stopped")
BEFORE = """\
# what runs
services:
    web:   # the edge
        image: 'nginx:1.27'
        command: |
            nginx -g
             'daemon off;'
        # a comment at the end

    db: {image: postgres, restart: always}   # flow
volumes: {}
"""


def added(before: str, after: str) -> list[str]:
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    assert [each for each in lines if each.startswith("- ")] == []
    return [each[2:] for each in lines if each.startswith("+ ")]


def test_a_key_is_added_and_nothing_else_changes() -> None:
    found = edited(BEFORE, (RESTART,))
    assert found.made == (RESTART,)
    assert added(BEFORE, found.text) == ["        restart: unless-stopped"]
    assert yaml.safe_load(found.text)["services"]["web"]["command"].endswith("off;'\n")


def test_a_flow_mapping_grows_before_its_brace() -> None:
    found = edited(BEFORE, (edit("services", "db", stop_grace_period="1m"),))
    assert "{image: postgres, restart: always, stop_grace_period: 1m}   # flow" in found.text


def test_what_is_there_in_part_is_completed_below() -> None:
    text = "services:\n  web:\n    deploy:\n      replicas: 2\n    image: a\n"
    limits = {"resources": {"limits": {"memory": "512M"}}}
    found = edited(text, (edit("services", "web", deploy=limits),))
    assert found.text == (
        "services:\n  web:\n    deploy:\n      replicas: 2\n      resources:\n"
        "        limits:\n          memory: 512M\n    image: a\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "services:\n  web: &base\n    image: a\n  api: *base\n",  # api would change, too
        "services:\n  web: *base\n",  # broken
        "services:\n  web:\n    restart: always\n",  # is there already
        "services:\n  web:\n",  # null: no mapping to add to
        "services: [web]\n",
        "services:\n  api: {image: a}\n",
        "a: 1\n---\nservices:\n  web: {image: a}\n",
        "",
        "services:\n  web: {image: a # comment }\n  }\n: [",
    ],
)
def test_what_would_change_more_is_refused(text: str) -> None:
    found = edited(text, (RESTART,))
    assert (found.text, found.made) == (text, ())
    assert [each.edit for each in found.refused] == [RESTART]


def test_what_says_the_same_in_part_gets_the_rest() -> None:
    text = "services:\n  web:\n    logging:\n      driver: local\n"
    logging = {"driver": "local", "options": {"max-size": "10m"}}
    found = edited(text, (edit("services", "web", logging=logging),))
    assert found.text == text + "      options:\n        max-size: 10m\n"
    other = text.replace("local", "gelf")
    assert edited(other, (edit("services", "web", logging=logging),)).made == ()


def test_a_key_of_another_line_is_not_the_one_that_was_meant() -> None:
    text = "services:\n  web:\n    image: a\n"
    assert edited(text, (replace(RESTART, line=2),)).made
    assert edited(text, (replace(RESTART, line=7),)).made == ()


def test_one_refused_edit_keeps_no_other() -> None:
    text = "services:\n  web: &base\n    image: a\n  api: *base\n  db:\n    image: b\n"
    other = edit("services", "db", restart="always")
    found = edited(text, (RESTART, other))
    assert (found.made, reasons(found)) == ((other,), ["an alias uses web a second time"])
    assert added(text, found.text) == ["    restart: always"]


def reasons(found: Edited) -> list[str]:
    return [each.reason for each in found.refused]


THREE = "services:\n  web:\n    image: a\n  api:\n    image: b\n  db:\n    image: c\n"


@pytest.mark.parametrize("bad", [0, 1, 2, 3])
def test_a_refused_edit_moves_no_line_of_those_below_it(bad: int) -> None:
    """Each line is that of the text as it was, whatever was refused or inserted above it."""
    lines = {"web": 2, "api": 4, "db": 6}
    edits = [
        replace(edit("services", name, restart="always"), line=line) for name, line in lines.items()
    ]
    edits.insert(bad, replace(edit("services", "gone", restart="always"), line=3))
    found = edited(THREE, edits)
    assert [each.path[1] for each in found.made] == ["web", "api", "db"]
    assert reasons(found) == ["services.gone is not written there"]
    assert added(THREE, found.text) == ["    restart: always"] * 3


def test_what_only_reading_again_finds_keeps_no_other() -> None:
    # what is added before the brace is part of the comment there
    odd = "  api: {image: b # pinned\n  }\n"
    text = THREE.replace("  api:\n    image: b\n", odd)
    edits = [edit("services", name, restart="always") for name in ("web", "api", "db")]
    found = edited(text, edits)
    assert [each.path[1] for each in found.made] == ["web", "db"]
    assert reasons(found) == ["it would change the meaning of something else"]
    assert added(text, found.text) == ["    restart: always"] * 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("services:\n  web:\n    restart: always\n", "restart of web is written already"),
        ("services:\n  web:\n", "web is no mapping that can grow"),
        ("a: 1\n---\nb: 2\n", "the file is not one YAML document that can be read"),
        (
            "x: &x {restart: always}\nservices:\n  web:\n    <<: *x\n    image: a\n",
            "restart of web comes from a merge (<<)",
        ),
        (
            "x: &x {restart: always}\ny: &y {<<: *x}\nservices:\n  web: {<<: [*y], image: a}\n",
            "restart of web comes from a merge (<<)",
        ),
    ],
)
def test_a_refusal_says_why(text: str, reason: str) -> None:
    found = edited(text, (RESTART,))
    assert (found.text, reasons(found)) == (text, [reason])


def test_lines_that_end_together_are_written_from_the_inside() -> None:
    text = "services:\n  web:\n    image: a\n    logging:\n      driver: local"
    logging = edit("services", "web", logging={"driver": "local", "options": {"max-size": "1m"}})
    found = edited(text, (RESTART, logging))
    assert found.text == (
        text + "\n      options:\n        max-size: 1m\n    restart: unless-stopped"
    )


def test_two_cures_of_one_key_are_one() -> None:
    found = edited(THREE, (RESTART, edit("services", "web", restart="always")))
    assert (len(found.made), reasons(found)) == (1, ["another cure adds the same key"])


def test_an_empty_flow_mapping_takes_several() -> None:
    found = edited("services: {web: {}}\n", (RESTART, edit("services", "web", init=True)))
    assert found.text == "services: {web: {restart: unless-stopped, init: true}}\n"


def test_one_bad_edit_among_many_is_found_by_halves(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"s{number}" for number in range(64)]
    text = "services:\n" + "".join(f"  {name}:\n    image: a\n" for name in names)
    text += "  web: {image: b # pinned\n  }\n"
    read: list[str] = []
    monkeypatch.setattr(module, "composed", lambda text: read.append(text) or composed(text))
    found = edited(text, [edit("services", name, init=True) for name in (*names, "web")])
    assert len(found.made) == len(names)
    assert sum(len(each) >= len(text) for each in read) < 20


@pytest.mark.parametrize("text", [BEFORE.replace("\n", "\r\n"), BEFORE.rstrip("\n"), BEFORE])
def test_line_ends_stay_as_they_are(text: str) -> None:
    for one in (RESTART, edit("services", "db", grace="1m")):
        found = edited(text, (one,))
        assert found.made
        assert found.text.count("\r") == (found.text.count("\n") if "\r" in text else 0)


def test_several_edits_of_one_service_and_a_text_without_a_last_line_end() -> None:
    text = "services:\n  web:\n    image: a"
    logging = edit("services", "web", logging={"driver": "local"})
    found = edited(text, (RESTART, logging))
    assert found.made == (RESTART, logging)
    assert yaml.safe_load(found.text) == {
        "services": {
            "web": {"image": "a", "restart": "unless-stopped", "logging": {"driver": "local"}}
        }
    }


def test_aliases_without_bound_are_refused_soon() -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    text = "\n".join([*lines, "services:", "  web:", "    image: a", ""])
    assert edited(text, (RESTART,)).made == ()


@pytest.mark.parametrize(
    "value",
    ["yes", "no", "on", "null", "~", "", "1", "1.5", "0x10", "1e3", "12:30", "-", "a: b", "#x",
     "{a}", "10m", "512M", "127.0.0.1:80:80", "a b", "é", "*x", "&x", "!x", "'", '"', "%", "@a",
     "y", "True", "a:", "./x", "~/x", "x\ny", "- a", "=", "<<"],
)  # fmt: skip
def test_a_scalar_is_read_back_as_it_was_meant(value: str) -> None:
    assert yaml.safe_load(block({"key": value})) == {"key": value}
    assert yaml.safe_load(block({"key": [value, {value: value}]})) == {
        "key": [value, {value: value}]
    }
    assert scalar(value)
