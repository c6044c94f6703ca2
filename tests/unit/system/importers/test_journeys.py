import datetime as dt

import yaml

from seatrial.system.importers.derive import Choices, derive
from seatrial.system.importers.journeys import MOST_STEPS, journeys
from seatrial.system.importers.openapi import sketch
from seatrial.system.importers.sketch import Api, Fidelity, Operation, Sketch
from seatrial.system.load import loads
from seatrial.system.problem import Place

HERE = Place("api.yaml", 1, 1)


def api(*operations: Operation, name: str = "Pet Store") -> Api:
    return Api(name=name, place=HERE, operations=operations)


def get(path: str, status: int = 200, method: str = "GET") -> Operation:
    return Operation(method=method, path=path, status=status, place=HERE)


def test_every_get_becomes_a_step_with_its_status() -> None:
    found = journeys(api(get("/pets"), get("/pets", 200, "HEAD"), get("/toys", 206)), "gateway")
    assert found == {
        "pet-store": {
            "start": "gateway",
            "summary": "Reads what Pet Store offers.",
            "steps": [
                {"get": "/pets", "expect": {"status": 200}},
                {"get": "/toys", "expect": {"status": 206}},
            ],
        }
    }


def test_an_owner_is_written_only_when_there_is_one() -> None:
    assert journeys(api(get("/")), "web", owner="shop")["pet-store"]["owner"] == "shop"
    assert "owner" not in journeys(api(get("/")), "web")["pet-store"]


def test_a_large_api_becomes_several_journeys_and_loses_no_step() -> None:
    found = journeys(api(*(get(f"/{number}") for number in range(45))), "web")
    assert list(found) == ["pet-store", "pet-store-2", "pet-store-3"]
    assert [len(each["steps"]) for each in found.values()] == [MOST_STEPS, MOST_STEPS, 5]


def test_nothing_to_call_is_no_journey() -> None:
    assert journeys(api(get("/", method="HEAD")), "web") == {}


def test_names_are_what_the_file_accepts() -> None:
    for title, name in (
        ("42 - Accounts & Billing!", "api-42-accounts-billing"),
        ("Wetter 🌦 für alle", "wetter-fur-alle"),
        ("🌦", "api"),
    ):
        assert list(journeys(api(get("/"), name=title), "web")) == [name]
    long = api(*(get(f"/{number}") for number in range(21)), name="a" * 100)
    assert [len(name) for name in journeys(long, "web")] == [63, 60]


def test_what_runs_an_api_is_told_as_a_stand_in() -> None:
    described = api(get("/"))
    found = Sketch(source="openapi", name="pets", files=("api.yaml",), apis=(described,))
    (told,) = derive(found).ledger
    assert (told.fidelity, told.subject) == (Fidelity.APPROXIMATED, "services.pet-store")
    assert told.place == described.place
    assert derive(found, Choices(start="web"), known=("web",)).ledger == ()


def test_what_comes_of_a_document_loads_as_part_of_a_system() -> None:
    found = sketch(
        {
            "api.yaml": """
openapi: 3.0.0
info: {title: 7 Shops, version: "1"}
servers: [{url: "https://shop.example/v1"}]
paths:
  /products/{sku}:
    get:
      parameters: [{name: sku, in: path, required: true, example: "a b/c"}]
      responses: {200: {description: ok}}
"""
        }
    )
    assert isinstance(found, Sketch)
    written = {
        "seatrial": 1,
        "system": "shop",
        "people": {"ada": {"name": "Ada", "email": "ada@shop.example"}},
        "teams": {"shop": {"members": ["ada"]}},
        "services": {"web": {"owner": "shop", "image": "example/web:1", "ports": {"http": 8080}}},
        "journeys": journeys(found.apis[0], "web", owner="shop"),
    }
    loaded = loads(yaml.safe_dump(written), today=dt.date(2026, 6, 1))
    assert [str(problem) for problem in loaded.problems] == []
    assert loaded.system is not None
    assert loaded.system.journeys["api-7-shops"].steps[0].path == "/v1/products/a%20b%2Fc"
