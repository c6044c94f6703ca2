"""What is told of a project of several files stands where the finding says."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from review_samples import TODAY

from seatrial.review.assess import findings
from seatrial.review.subject import Subject
from seatrial.system.importers import compose
from seatrial.system.importers.sketch import Container, Sketch

BASE = """\
# the base
services:
  api:
    image: acme/api
  db:
    image: postgres:12
"""
OVER = """\
services:
  db:
    ports: ["5432:5432"]
  web:
    image: acme/web
"""
EXTENDS = """\
services:


  web:
    extends: {file: base.yaml, service: api}
    restart: always
"""


def containers(files: Mapping[str, str], first: str) -> dict[str, Container]:
    found = compose.sketch({first: files[first]}, environ={}, find=files.get)
    assert isinstance(found, Sketch), found
    return {each.name: each for each in found.containers}


def test_what_an_override_adds_to_stands_in_its_base() -> None:
    found = compose.sketch({"base.yaml": BASE, "over.yaml": OVER}, environ={})
    assert isinstance(found, Sketch)
    places = {each.name: str(each.place) for each in found.containers}
    assert places == {"api": "base.yaml:3:3", "db": "base.yaml:5:3", "web": "over.yaml:4:3"}
    told = {(each.rule.id, each.subject): str(each.place)
            for each in findings(Subject.of(found, TODAY))}  # fmt: skip
    assert told["A0104", "db"] == "base.yaml:6:5"
    assert told["A0601", "db"] == "over.yaml:3:5"


@pytest.mark.parametrize("base", [BASE, BASE + "    restart: always\n"])
def test_what_extends_another_stands_where_it_is_named(base: str) -> None:
    found = containers({"base.yaml": base, "compose.yaml": EXTENDS}, "compose.yaml")
    assert str(found["web"].place) == "compose.yaml:4:3"
    assert str(found["web"].where("image")) == "base.yaml:4:5"
