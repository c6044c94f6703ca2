"""Which regions are run, and what a workload is called in each."""

from __future__ import annotations

import pytest

from seatrial.system import regions
from seatrial.system.model import System

SERVICES = {"web": {"owner": "a", "image": "web:1"}}
TWO = {"eu": {}, "us": {"home": True}}


def system(**keys: object) -> System:
    return System.model_validate({"system": "any", "services": SERVICES, **keys})


@pytest.mark.parametrize(
    ("keys", "run"),
    [
        ({}, ("home",)),
        ({"regions": {"eu": {"home": True}}}, ("eu",)),
        ({"regions": TWO}, ("us", "eu")),
        ({"regions": TWO, "promises": ["R01"]}, ("us", "eu")),
        ({"regions": TWO, "promises": ["R03"]}, ("us",)),  # nobody would see the other
    ],
)
def test_home_comes_first_and_what_nobody_would_see_is_not_run(
    keys: dict[str, object], run: tuple[str, ...]
) -> None:
    assert regions.spread(system(**keys)) == run


@pytest.mark.parametrize(
    ("own", "there"),
    [(None, ("us", "eu")), (["eu"], ("eu",)), (["eu", "us"], ("us", "eu")), (["asia"], ("us",))],
)
def test_a_service_is_everywhere_unless_it_says_where(
    own: list[str] | None, there: tuple[str, ...]
) -> None:
    services = {"web": {**SERVICES["web"], **({"regions": own} if own else {})}}
    service = System.model_validate({"system": "any", "services": services}).services["web"]
    assert regions.of(service, ("us", "eu")) == there


def test_only_where_it_is_first_a_workload_has_its_own_name() -> None:
    assert regions.called("web", "us", "us") == "web"
    assert regions.called("web", "eu", "us") == "web-eu"
