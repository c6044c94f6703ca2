"""What stops when a part is gone, what that costs, and how long the way back is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from seatrial.review.impact import Impact, Kind, Known, Loss, impact
from seatrial.system.model import System
from seatrial.system.units import Cost

SHOP: dict[str, Any] = {
    "system": "shop",
    "services": {
        "gateway": {"owner": "web", "run": "sleep 9", "needs": ["api"]},
        "api": {"owner": "web", "run": "sleep 9", "needs": ["orders", "mail"]},
        "worker": {"owner": "web", "run": "sleep 9", "needs": ["orders"]},
        "batch": {"owner": "web", "run": "sleep 9"},
    },
    "stores": {"orders": {"engine": "postgres", "version": "15", "owner": "web"}},
    "externals": {"mail": {"owner": "web", "url": "https://mail.example"}},
    "journeys": {
        "browse": {"owner": "web", "start": "gateway", "steps": [{"get": "/"}]},
        "buy": {
            "owner": "web",
            "start": "gateway",
            "through": ["worker"],
            "cost": "1200 EUR/h",
            "steps": [{"get": "/"}],
        },
        "invoice": {
            "owner": "web",
            "start": "worker",
            "cost": "300.50 EUR/h",
            "steps": [{"get": "/"}],
        },
        "tax": {"owner": "web", "start": "worker", "cost": "10 CHF/h", "steps": [{"get": "/"}]},
    },
    "targets": {"rto": "100s"},
}


def system(*, externals: bool = True, **changes: Any) -> System:
    made = {**SHOP, **changes}
    if not externals:
        api = {**made["services"]["api"], "needs": ["orders"]}
        made["services"] = {**made["services"], "api": api}
    return System.model_validate(made)


def measured(seconds: float, *, whole: bool = True) -> Known:
    return Known(least=seconds, whole=whole, reason="seen", evidence="e1", at=1.0)


ALL = {
    "orders": measured(20.0),
    "api": measured(3.0),
    "gateway": measured(2.0),
    "worker": measured(30.0),
    "batch": measured(1.0),
}


def loss(found: Impact, name: str) -> Loss:
    return next(each for each in found.losses if each.name == name)


def test_a_store_takes_with_it_all_that_need_it_and_their_journeys() -> None:
    found = loss(impact(system(), {}), "orders")
    assert found.kind is Kind.STORE
    assert found.services == ("gateway", "api", "worker")
    assert found.journeys == ("browse", "buy", "invoice", "tax")
    # each currency apart, and what is not declared is no zero
    assert found.costs == (Cost(1500.5, "EUR"), Cost(10.0, "CHF"))
    assert found.uncosted == ("browse",)


def test_what_crosses_a_journey_besides_its_needs_stops_it_too() -> None:
    found = loss(impact(system(), {}), "worker")
    assert found.services == ("worker",)
    assert found.journeys == ("buy", "invoice", "tax")
    assert found.uncosted == ()


def test_what_no_journey_needs_stops_none() -> None:
    found = loss(impact(system(), {}), "batch")
    assert (found.journeys, found.costs, found.uncosted) == ((), (), ())


def test_the_worst_stand_first_and_ties_in_the_files_order() -> None:
    names = [each.name for each in impact(system(), {}).losses]
    assert names == ["orders", "worker", "gateway", "api", "mail", "batch"]


def test_what_nothing_measures_is_unknown_and_never_kept() -> None:
    found = impact(system(externals=False), {})
    assert all(not each.known.whole and not each.known.evidence for each in found.losses)
    assert found.recovered.unknown == ("orders", "batch", "api", "worker", "gateway")
    assert found.recovered.kept is None


def test_the_way_back_is_the_longest_chain_not_the_sum() -> None:
    found = impact(system(externals=False), ALL).recovered
    assert (found.least, found.path) == (50.0, ("orders", "worker"))
    assert (found.unknown, found.kept) == ((), True)
    slow = impact(system(externals=False), {**ALL, "api": measured(40.0)}).recovered
    assert (slow.least, slow.path) == (62.0, ("orders", "api", "gateway"))


def test_what_is_measured_in_part_is_a_least() -> None:
    part = {**ALL, "orders": measured(20.0, whole=False)}
    found = impact(system(externals=False), part).recovered
    assert (found.least, found.unknown, found.kept) == (50.0, ("orders",), None)


def test_a_least_above_the_objective_is_a_missed_one_whatever_else_is_unknown() -> None:
    found = impact(system(), {"orders": measured(101.0, whole=False)}).recovered
    assert found.kept is False
    at = impact(system(externals=False), {**ALL, "orders": measured(70.0)}).recovered
    assert (at.least, at.kept) == (100.0, True)  # to the second is within it


def test_others_are_waited_for_and_not_brought_back() -> None:
    found = impact(system(), ALL)
    assert found.recovered.externals == ("mail",)
    assert found.recovered.kept is None
    assert "mail" not in {each for wave in found.recovered.waves for each in wave}
    # whoever says how an external comes back is not believed: it is not ours
    told = impact(system(), {**ALL, "mail": measured(1.0)})
    assert loss(told, "mail").known == replace(Known(reason="others bring it back"))
