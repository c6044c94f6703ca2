"""What evidence rests on beside the file: rendered rules and routes, own files, the release."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from seatrial.app.code import Codes
from seatrial.app.plan import Plan, plan
from seatrial.app.rests import Ground
from seatrial.app.subjects import subjects
from seatrial.contract.placement import Link, Placement, Seat
from seatrial.contract.scenario import Ability
from seatrial.runtimes.local import placement

Planner = Callable[..., Plan]


class Elsewhere:
    """The same system in another subnet."""

    def place(self, seats: tuple[Seat, ...], links: tuple[Link, ...]) -> Placement:
        return placement.place(41, seats, links)


def digests(made: Plan, release: str = "1") -> dict[str, dict[str, str]]:
    scenarios = made.scenarios()
    by_name = {each.name: each for each in scenarios}
    ground = Ground(made)
    return {
        each.name: subjects(ground, each, by_name[each.scenario], release)
        for each in made.expectations(scenarios)
    }


def moved(old: dict[str, dict[str, str]], new: dict[str, dict[str, str]]) -> dict[str, set[str]]:
    """What changed, by expectation; what did not change is left out."""
    found = {
        name: {key for key in old[name] | new[name] if old[name].get(key) != new[name].get(key)}
        for name in old.keys() & new.keys()
    }
    return {name: keys for name, keys in found.items() if keys}


def altered(made: Plan, workload: str, path: str, change: Callable[[str], str]) -> Plan:
    """The plan with one rendered file written otherwise."""

    def one(text: str) -> str:
        assert change(text) != text
        return change(text)

    return replace(
        made,
        workloads=tuple(
            replace(
                each,
                files=tuple(
                    replace(file, text=one(file.text))
                    if (each.name, file.path) == (workload, path)
                    else file
                    for file in each.files
                ),
            )
            for each in made.workloads
        ),
    )


def test_each_page_rests_on_the_rules_of_its_own_subject(planned: Planner) -> None:
    made = planned()
    other = altered(made, "prometheus", "rules/service-worker.yml", lambda text: text + "# else\n")
    found = moved(digests(made), digests(other))
    assert found["page/service-down-worker"] == {"rules:service-worker.yml"}
    assert "page/service-down-gateway" not in found
    assert "coverage/all" not in found
    assert set().union(*found.values()) == {"rules:service-worker.yml"}


def test_each_page_rests_on_the_routes_of_its_own_team(planned: Planner) -> None:
    made = planned()
    other = altered(
        made,
        "alertmanager",
        "alertmanager.yml",
        lambda text: text.replace("to: data-page@", "to: nobody@"),
    )
    found = moved(digests(made), digests(other))
    for name in ("page/service-down-worker", "delivered/channels"):  # data owns the worker
        assert found[name] == {f"routes:alertmanager.yml of {name}"}
    assert "page/service-down-gateway" not in found


def test_what_is_for_all_teams_is_rested_on_by_all_pages(planned: Planner) -> None:
    made = planned()
    other = altered(
        made,
        "alertmanager",
        "alertmanager.yml",
        lambda text: text.replace("resolve_timeout: 5m", "resolve_timeout: 6m"),
    )
    found = moved(digests(made), digests(other))
    assert {name for name in digests(made) if name.startswith("page/")} <= found.keys()
    assert "coverage/all" not in found


def test_the_contents_of_a_services_own_files_count(planned: Planner) -> None:
    made = planned()
    source = next(iter(made.system.services["gateway"].files.values()))
    file = made.folder / source
    old = digests(made)
    file.write_text(file.read_text() + "\n# a comment\n")
    found = moved(old, digests(planned()))
    target = next(iter(made.system.services["gateway"].files))
    both = {f"contents:gateway/{target}", "code:gateway"}  # it lies in its build folder
    assert found["page/service-down-gateway"] == both
    assert found["coverage/all"] == both
    assert "delivered/channels" not in found  # no service takes part in it
    assert "page/service-down-worker" not in found


def test_code_of_a_service_is_rested_on_where_it_is_in_play(planned: Planner) -> None:
    made = planned()
    old = digests(made)
    for file in (made.folder / "worker").rglob("*.py"):
        file.write_text("raise SystemExit\n")
    found = moved(old, digests(planned()))
    assert set().union(*found.values()) == {"code:worker"}
    by_name = {each.name: each for each in made.expectations(made.scenarios())}
    depending = {
        name for name, each in by_name.items() if {"services", "services.worker"} & {*each.depends}
    }
    assert found.keys() <= depending
    for name in ("page/service-down-worker", "stack/worker", "quiet/blips", "coverage/all"):
        assert name in found
    for name in ("page/service-down-api", "stack/gateway", "delivered/channels"):
        assert name not in found


def test_what_two_services_share_is_code_of_both(planned: Planner) -> None:
    made = planned()
    old = digests(made)
    (made.folder / "requirements.txt").write_text("")
    found = moved(old, digests(planned()))
    assert found["page/service-down-worker"] == {"code:worker"}
    assert found["page/service-down-api"] == {"code:api"}
    assert "page/service-down-gateway" not in found


def test_a_plan_reads_no_code(planned: Planner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Codes, "of", None)
    made = planned()
    assert made.expectations(made.scenarios())


def test_the_runtime_and_its_place_are_rested_on(planned: Planner) -> None:
    made = planned()
    other = replace(made, placement=replace(made.placement, runtime="compose"))
    found = moved(digests(made), digests(other))
    assert found == {name: {"runtime:local", "runtime:compose"} for name in digests(made)}
    named = planned(("rehearsal: {runtime: local}", "rehearsal: {runtime: local, context: else}"))
    found = moved(digests(made), digests(named))
    assert found == {name: {"file:environments.rehearsal"} for name in digests(made)}


_LINES = {Ability.WRITE_LINES, Ability.READ_LINES}


def test_root_is_rested_on_where_a_fault_needs_it(planned: Planner) -> None:
    made = planned()
    scenarios = {each.name: each for each in made.scenarios()}
    plain = scenarios["service-down-api"]
    engines = {Ability.FAULT_PROXY, Ability.NETWORK, *_LINES, Ability.ONE_FILE_SYSTEM}  # no root
    for ability in Ability:
        needing = replace(plain, needs=frozenset({ability}))
        with_root, without = (Ground(made, root=each).place(needing) for each in (True, False))
        assert (with_root != without) is (ability not in engines), ability
    assert Ground(made, root=True).place(plain) == Ground(made, root=False).place(plain)


def test_another_subnet_is_no_change(planned: Planner) -> None:
    made = planned()
    other = plan(made.folder / "seatrial.yaml", Elsewhere())
    assert made.placement.of("api")[0].address != other.placement.of("api")[0].address
    scenarios = made.scenarios()
    here, elsewhere = Ground(made), Ground(other)
    there = {each.name: each for each in other.expectations(other.scenarios())}
    for each in made.expectations(scenarios):
        assert here.under(each) == elsewhere.under(there[each.name]), each.name


def test_another_release_makes_everything_stale(planned: Planner) -> None:
    made = planned()
    found = moved(digests(made), digests(made, release="2"))
    assert found == {name: {"seatrial:version"} for name in digests(made)}


def test_no_two_expectations_give_one_name_to_different_things(planned: Planner) -> None:
    """What holds today is one table: under one name the last would win over all others."""
    seen: dict[str, str] = {}
    for found in digests(planned()).values():
        for name, digest in found.items():
            assert seen.setdefault(name, digest) == digest, name
