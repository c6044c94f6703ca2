"""What evidence rests on beside the file: rendered rules and routes, own files, the release."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from seatrial.app.evidence import subjects
from seatrial.app.plan import Plan, plan
from seatrial.app.rests import Ground
from seatrial.contract.placement import Link, Placement, Seat
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
    assert found["page/service-down-gateway"] == {f"contents:gateway/{target}"}
    assert found["coverage/all"] == {f"contents:gateway/{target}"}
    assert "page/service-down-worker" not in found


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
