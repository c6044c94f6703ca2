from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from seatrial.app import init, registry
from seatrial.app.environment import open_runtime
from seatrial.app.explain import explain, words
from seatrial.app.plan import plan
from seatrial.contract.capability import Capability
from seatrial.contract.requirements import CRITERIA, REQUIREMENTS, TESTS
from seatrial.system.codes import CODES

if TYPE_CHECKING:
    from conftest import Run


def answer(run: Run, word: str, *options: str | Path) -> dict[str, Any]:
    document = run("explain", word, "--json", *options).json()
    assert document["word"] == word
    found: dict[str, Any] = document["answers"][0]
    return found


def test_every_requirement_item_code_key_and_engine_is_a_word() -> None:
    known = set(words(None))
    assert {each.id for each in (*REQUIREMENTS, *CRITERIA, *TESTS)} <= known
    assert {item.id for each in REQUIREMENTS for item in each.items} <= known
    assert {*CODES, *init.CODES} <= known
    assert {each.name for each in registry.engines()} <= known
    for capability in registry.capabilities():
        keys = {f"{capability.section}.{name}" for name in capability.settings.model_fields}
        section = {capability.section} if capability.section else set()
        assert {capability.name, *section, *capability.codes, *keys} <= known


@pytest.mark.parametrize("capability", registry.capabilities(), ids=lambda each: each.name)
def test_every_code_that_a_capability_finds_is_explained_and_no_other(
    capability: Capability,
) -> None:
    spec = find_spec(f"seatrial.capabilities.{capability.name}")
    assert spec is not None
    assert spec.origin is not None
    found = {
        code
        for path in Path(spec.origin).parent.rglob("*.py")
        if path.name != "codes.py"
        for code in re.findall(r'"(ST\d{4})"', path.read_text(encoding="utf-8"))
    }
    assert found == set(capability.codes)
    for doc in capability.codes.values():
        assert not doc.title.endswith(".")
        assert doc.meaning.endswith(".")
        assert doc.cure.endswith(".")


@pytest.mark.parametrize("word", ["R03", "r03", "R3"])
def test_a_requirement_without_a_file(run: Run, word: str) -> None:
    done = run("explain", word)
    assert done.code == 0
    assert done.err == ""
    assert done.out.startswith("R03  Alerting  (requirement)")
    assert "R03.4  Alerts can be silenced" in done.out
    assert "-f" in done.out


def test_an_item_that_nothing_builds_says_so(run: Run, reference: Path) -> None:
    found = answer(run, "R12.1", "-f", reference)
    assert found["proofs"] == []
    assert "not built yet" in dict(found["facts"])["proofs"]
    assert "(not built yet)" in dict(answer(run, "R12")["parts"])["R12.1"]


def test_an_item_is_proven_by_expectations_with_their_controls(run: Run, reference: Path) -> None:
    found = answer(run, "R03.2", "-f", reference)
    proofs = {each["name"]: each for each in found["proofs"]}
    delivered = proofs["delivered/channels"]
    assert delivered["scenario"] == "channels"
    assert delivered["means"] == "drill"
    assert all(each["control"] for each in proofs.values())
    assert all("R03.2" in each["requirements"] for each in proofs.values())
    assert "alertmanager" in found["engines"]
    assert "teams" in found["reads"]
    assert "rendered/alertmanager/alertmanager.yml" in found["writes"]


def test_criteria_and_kinds_of_tests(run: Run, reference: Path) -> None:
    criterion = answer(run, "S1", "-f", reference)
    assert {each["name"] for each in criterion["proofs"]} >= {"coverage/all"}
    test = answer(run, "T1", "-f", reference)
    assert {each["means"] for each in test["proofs"]} == {"examination"}
    assert dict(test["facts"])["prove it"] == "seatrial test"
    assert answer(run, "S6", "-f", reference)["proofs"] == []


def test_codes_of_the_file_of_capabilities_and_of_init(run: Run) -> None:
    for code in ("ST1203", "ST2104", "ST3101", "st0101"):
        done = run("explain", code)
        assert done.code == 0
        assert done.out.upper().startswith(code.upper())
        assert "cure" in done.out


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("services.*.needs", "list of"),
        ("services.api.needs", "list of"),
        ("alerting.hold", "duration; default 10s"),
        ("alerting.mute.weekends.severity", "one of ticket, info; default ticket"),
        ("alerting.email.smarthost", "text; required"),
        ("monitoring.series_budget", "whole number; default 5000"),
        ("monitoring.size", "size; default 10GiB"),
        ("targets.rto", "duration"),
        ("seatrial", "whole number; required"),
    ],
)
def test_keys_of_the_file_and_of_the_capabilities(run: Run, word: str, told: str) -> None:
    found = answer(run, word)
    assert found["kind"] == "key of the file"
    assert told in dict(found["facts"])["value"]
    assert all(found["text"])


def test_a_key_lists_those_below_it_and_the_proofs_that_rest_on_it(
    run: Run, reference: Path
) -> None:
    found = answer(run, "services", "-f", reference)
    assert "services.*.needs" in dict(found["parts"])
    names = {each["name"] for each in answer(run, "services.worker.run", "-f", reference)["proofs"]}
    assert "page/service-down-worker" in names
    assert "page/service-down-api" not in names


def test_an_alert_of_the_system(run: Run, reference: Path) -> None:
    every = answer(run, "ServiceDown", "-f", reference)
    assert set(dict(every["parts"])) == {
        f"ServiceDown/{one}" for one in ("gateway", "api", "worker")
    }
    one = answer(run, "servicedown/api", "-f", reference)
    assert one["word"] == "ServiceDown/api"
    assert dict(one["facts"])["goes to"] == "platform"
    names = {each["name"] for each in one["proofs"]}
    assert {"page/service-down-api", "rules/api/ServiceDown-page"} <= names
    assert not any("worker" in name for name in names)
    assert set(one["writes"]) == {"rendered/prometheus/rules/service-api.yml", "runbooks/api.md"}


def test_a_scenario_and_an_expectation_of_the_system(run: Run, reference: Path) -> None:
    scenario = answer(run, "store-down-database", "-f", reference)
    assert scenario["kind"] == "scenario"
    assert dict(scenario["facts"])["injects"] == "Kill database"
    names = [each["name"] for each in scenario["proofs"]]
    assert {"page/store-down-database", "once/store-down-database"} <= set(names)
    expectation = answer(run, "page/store-down-database", "-f", reference)
    assert expectation["kind"] == "expectation"
    assert "inhibition rules are gone" in dict(expectation["facts"])["its control"]


def test_every_word_of_the_reference_system_is_explained_in_sentences(reference: Path) -> None:
    planned = plan(reference, open_runtime(reference))
    known = words(planned)
    assert len(known) > 300
    for word in known[::7]:
        found = explain(word, planned)
        assert found, word
        assert all(each.title for each in found), word


def test_what_only_people_show_is_explained_with_the_exercise(run: Run, reference: Path) -> None:
    found = answer(run, "R22.4", "-f", reference)
    assert {each["means"] for each in found["proofs"]} == {"record"}
    assert dict(found["facts"])["prove it"] == "seatrial exercise"
    told = dict(answer(run, "recovered/recovery", "-f", reference)["facts"])
    assert told["prove it"] == "seatrial exercise begin recovery"
    assert "R22.4, S5" in told["cites"]


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("ST31066", "ST3106"),
        ("services.api.need", "services.api.needs"),
        ("alerting.holt", "alerting.hold"),
        ("prometeus", "prometheus"),
        ("needs", "services.*.needs"),
    ],
)
def test_an_unknown_word_is_guessed(run: Run, word: str, near: str) -> None:
    done = run("explain", word)
    assert done.code == 2
    assert f"nothing is called {word!r}; did you mean `seatrial explain {near}`?" in done.err
    assert done.out == ""


def test_a_word_like_no_other_is_told_what_there_is(run: Run) -> None:
    done = run("explain", "qqqqqqqqqqqqqqqq", "--json")
    assert done.code == 2
    assert "did you mean" not in done.err
    assert "ST1203" in done.err


def test_what_a_problem_means_can_be_asked_while_the_file_has_it(run: Run, folder: Path) -> None:
    (folder / "seatrial.yaml").write_text("seatrial: [", encoding="utf-8")
    done = run("explain", "ST1102")
    assert done.code == 0
    assert "seatrial check" in done.err
    assert run("explain", "ST1102", "-f", "seatrial.yaml").code == 2  # named, so it is judged


def test_completion_knows_the_systems_own_words(run: Run, shop: Path) -> None:
    assert shop.exists()

    def completed(line: str, number: int) -> list[str]:
        env = {"COMP_WORDS": line, "COMP_CWORD": str(number), "_SEATRIAL_COMPLETE": "bash_complete"}
        return [each.partition(",")[2] for each in run(env=env).out.splitlines()]

    assert "explain" in completed("seatrial exp", 1)
    assert completed("seatrial explain r03.", 2) == ["R03.1", "R03.2", "R03.3", "R03.4"]
    assert "service-down-api" in completed("seatrial explain service-d", 2)
    assert "--json" in completed("seatrial explain --", 2)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shells_script_is_printed(run: Run, shell: str) -> None:
    done = run("completion", shell)
    assert done.code == 0
    assert f"_SEATRIAL_COMPLETE={shell}_complete" in done.out


def test_a_shell_that_is_not_known(run: Run) -> None:
    assert run("completion", "tcsh").code == 2
