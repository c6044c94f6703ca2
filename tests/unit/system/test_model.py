import datetime as dt
from pathlib import Path

import pytest
from pydantic import ValidationError

from seatrial.system.load import loads
from seatrial.system.model import Region, Scale, SecretRef, Service, System
from seatrial.system.problem import Place
from seatrial.system.units import Duration, Percentage

MINIMAL = (Path(__file__).parents[2] / "golden/system/good/minimal.yaml").read_text(
    encoding="utf-8"
)


def load(text: str) -> System:
    loaded = loads(text, sections=("alerting",))
    assert [str(problem) for problem in loaded.problems] == []
    assert loaded.system is not None
    return loaded.system


def test_defaults_of_a_minimal_file() -> None:
    system = load(MINIMAL)
    service = system.services["api"]
    assert system.name == "shop"
    assert system.regions == {"home": Region(home=True)}
    assert system.environments["rehearsal"].runtime == "local"
    assert (service.scale.min, service.scale.max) == (1, 1)
    assert service.grace == Duration(10.0)
    assert service.regions is None
    assert service.traffic == "steady"
    assert str(system.targets.fault_to_page) == "1m"
    assert system.promises is None


def test_places_are_of_the_value_or_the_nearest_ancestor() -> None:
    system = load(MINIMAL)
    assert system.place("services", "api", "owner") == Place("seatrial.yaml", 7, 12)
    assert system.place("services", "api", "ports", "http") == Place("seatrial.yaml", 9, 19)
    assert system.place("services", "api", "health", "ready") == Place("seatrial.yaml", 7, 5)
    assert system.place("nothing", 3) == Place("seatrial.yaml", 1, 1)
    assert System(name="a", services={"a": Service(owner="b", run="c")}).place("a").line == 1


def test_places_take_no_part_in_equality() -> None:
    moved = load("# a comment\n\n" + MINIMAL)
    assert moved == load(MINIMAL)
    assert moved.place("system") != load(MINIMAL).place("system")
    assert moved != load(MINIMAL.replace("8000", "8001"))


def test_values_are_frozen() -> None:
    system = load(MINIMAL)
    with pytest.raises(ValidationError, match="frozen"):
        system.services["api"].owner = "other"


def test_shorthands_and_text_directed_scalars() -> None:
    system = load(
        MINIMAL
        + "    scale: 3\n    environment: {A: 1.10, B: false, C: 007, D: {secret: key}, E: no}\n"
        + "stores: {db: {engine: postgres, version: 7.10, owner: web}}\n"
        + "regions: {eu: {}}\n"
        + "slos: {api: {service: api, availability: 99.9%}}\n"
        + "exceptions: [{requirement: S1, subject: db, reason: x, owner: web, until: 2026-12-31}]\n"
    )
    service = system.services["api"]
    assert service.scale == Scale(min=3, max=3)
    assert service.environment == {
        "A": "1.10",
        "B": "false",
        "C": "007",
        "D": SecretRef(secret="key"),
        "E": "no",
    }
    assert system.stores["db"].version == "7.10"
    assert system.regions == {"eu": Region(home=True)}
    assert system.slos["api"].availability == Percentage(99.9)
    assert system.exceptions[0].until == dt.date(2026, 12, 31)


def test_a_step_knows_its_method_and_path() -> None:
    system = load(
        MINIMAL
        + "journeys: {buy: {owner: web, start: api, steps: [{post: /orders, json: {n: 1}}]}}\n"
    )
    step = system.journeys["buy"].steps[0]
    assert (step.method, step.path, step.json_) == ("POST", "/orders", {"n": 1})


def test_sections_of_capabilities_stay_raw() -> None:
    system = load(MINIMAL + "alerting: {mute: [on, 1.5, {a: null}]}\n")
    assert system.sections == {"alerting": {"mute": ["on", 1.5, {"a": None}]}}
    assert system.place("alerting", "mute", 1) == Place("seatrial.yaml", 10, 23)


def test_aliased_values_are_values() -> None:
    system = load(
        MINIMAL
        + "  b: {owner: web, image: b, limits: &l {cpu: 1}}\n"
        + "  c: {owner: web, image: c, limits: *l}\n"
    )
    assert system.services["b"].limits == system.services["c"].limits


def test_everything_is_promised_unless_the_file_leaves_it_out() -> None:
    assert load(MINIMAL).promised("R04")
    some = load(MINIMAL + "\npromises: [R01, R03]\n")
    assert some.promised("R01")
    assert some.promised("R04", "R03")
    assert not some.promised("R04", "R02")
