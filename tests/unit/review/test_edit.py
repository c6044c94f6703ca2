"""An edit adds keys and leaves every other byte, or it is refused."""

from __future__ import annotations

import difflib
from dataclasses import replace

import pytest
import yaml

from seatrial.review.cure import Edit, block, scalar
from seatrial.review.edit import edited


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
    assert (found.text, found.made, found.refused) == (text, (), (RESTART,))


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
    assert (found.made, found.refused) == ((other,), (RESTART,))
    assert added(text, found.text) == ["    restart: always"]


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
