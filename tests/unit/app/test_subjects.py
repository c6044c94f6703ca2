"""Which evidence one line of the file makes stale: what depends on it, and nothing else."""

from collections.abc import Callable

import pytest

from seatrial.app.evidence import index
from seatrial.app.plan import Plan
from seatrial.app.rests import Ground
from seatrial.app.subjects import of_aspect, of_exercise, subjects

Planner = Callable[..., Plan]

EDITS = {
    "services.gateway.summary": ("Routes users to the api", "Routes everybody to the api"),
    "services.api.scale": ("    scale: 2", "    scale: 3"),
    "services.worker.needs": ("run: python -m worker", "run: python -m worker --slow"),
    "stores.database.backup": ("{keep: 14d}", "{keep: 21d}"),
    "teams.data.chat": ('chat: "#data"', 'chat: "#data-on-call"'),
    "targets.fault_to_page": ("fault_to_page: 60s", "fault_to_page: 75s"),
    "targets.rpo": ("rpo: 15m", "rpo: 20m"),
    "journeys.browse.peak": (
        "  browse:\n    owner: platform\n    start: gateway\n    peak: 50/s",
        "  browse:\n    owner: platform\n    start: gateway\n    peak: 60/s",
    ),
    "alerting.mute": ("weekdays: [saturday, sunday]", "weekdays: [sunday]"),
}


def digests(made: Plan) -> dict[str, dict[str, str]]:
    scenarios = made.scenarios()
    by_name = {each.name: each for each in scenarios}
    ground = Ground(made)
    return {
        each.name: subjects(ground, each, by_name[each.scenario])
        for each in made.expectations(scenarios)
    }


def touches(depends: str, line: str) -> bool:
    """Whether a part of the file and a line of it have anything in common."""
    return f"{line}.".startswith(f"{depends}.") or f"{depends}.".startswith(f"{line}.")


@pytest.mark.parametrize("line", EDITS)
def test_one_line_makes_stale_what_depends_on_it_and_nothing_else(
    planned: Planner, line: str
) -> None:
    before = planned()
    depends = {each.name: each.depends for each in before.expectations(before.scenarios())}
    old, new = digests(before), digests(planned(EDITS[line]))
    section = ".".join(line.split(".")[:2])
    for name in old.keys() & new.keys():
        files = {key for key in old[name] if key.startswith("file:")}
        stale = {key for key in files if old[name][key] != new[name].get(key)}
        assert stale == {f"file:{each}" for each in depends[name] if touches(each, section)}, name
    # both ways: some depend on the line, and some do not
    assert old.keys() == new.keys()


@pytest.mark.parametrize(
    ("line", "stale", "kept"),
    [
        ("services.gateway.summary", "page/service-down-gateway", "page/service-down-worker"),
        ("services.worker.needs", "page/service-down-worker", "page/service-down-gateway"),
        ("stores.database.backup", "page/store-down-database", "page/store-down-cache"),
        ("teams.data.chat", "page/service-down-worker", "page/service-down-gateway"),
        ("targets.fault_to_page", "page/prometheus-dead", "coverage/all"),
        ("journeys.browse.peak", "stack/browse", "stack/run-a-workflow"),
        ("alerting.mute", "muted/hours", "coverage/all"),
    ],
)
def test_named_evidence_is_stale_or_kept(
    planned: Planner, line: str, stale: str, kept: str
) -> None:
    old, new = digests(planned()), digests(planned(EDITS[line]))
    assert old[stale] != new[stale]
    assert old[kept] == new[kept]


def test_how_much_may_be_lost_makes_only_the_drills_of_restores_stale(planned: Planner) -> None:
    """It is what is judged, and how soon the store's own server closes a segment."""
    old, new = digests(planned()), digests(planned(EDITS["targets.rpo"]))
    assert {name for name in old if old[name] != new[name]} == {
        "archived/restore-database",
    }


def test_comments_and_order_are_no_change(planned: Planner) -> None:
    moved = planned(
        ("# one image for api", "# the same image for api"),
        ("fault_to_page: 60s, acknowledge: 5m", "acknowledge: 5m, fault_to_page: 1m"),
    )
    assert digests(planned()) == digests(moved)


def test_another_injection_makes_its_scenario_another_one(planned: Planner) -> None:
    made = planned()
    scenarios = {each.name: each for each in made.scenarios()}
    expectation = next(
        each
        for each in made.expectations(tuple(scenarios.values()))
        if each.scenario == "service-down-api"
    )
    own = subjects(Ground(made), expectation, scenarios["service-down-api"])
    other = subjects(Ground(made), expectation, scenarios["service-hung-api"])
    assert own["scenario:service-down-api"] != other["scenario:service-hung-api"]


def test_every_promised_item_is_spoken_for(planned: Planner) -> None:
    made = planned()
    scenarios = made.scenarios()
    spoken = index((*made.expectations(scenarios), *made.examinations()))
    for promise in made.system.promises or ():
        assert [item for item in spoken if item.startswith(promise)], promise
    assert all(len(set(names)) == len(names) for names in spoken.values())


def test_to_announce_maintenance_makes_nothing_stale(planned: Planner) -> None:
    window = "{from: 2026-12-01T22:00:00Z, until: 2026-12-02T02:00:00Z, reason: x, stores: [cache]}"
    section = f"synthetics:\n  maintenance:\n    disk: {window}\n\ntargets:"
    assert digests(planned(("targets:", section))) == digests(planned())


def test_only_what_follows_a_page_rests_on_it(planned: Planner) -> None:
    def rests(made: Plan) -> dict[str, dict[str, str]]:
        (full,) = [each for each in made.exercises() if each.name == "disaster"]
        whole = of_exercise(Ground(made), full)
        return {each.name: of_aspect(whole, each) for each in full.aspects}

    old, new = rests(planned()), rests(planned(("rto: 4h", "rto: 5h")))
    pages = {name: {key for key in each if key.startswith("page:")} for name, each in old.items()}
    for each in ("continuity", "communication", "checklists"):
        assert pages.pop(f"{each}/disaster") == {f"page:{each}"}
    assert not any(pages.values())
    changed = {key for name in old for key in old[name] if old[name][key] != new[name][key]}
    assert changed == {"file:targets.rto", "page:continuity"}
