"""The system itself: what is planned of it, what is given to be sealed, what a drill shows."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seatrial.app.plan import Plan, Refused, plan
from seatrial.capabilities.backup.sealed import place
from seatrial.capabilities.backup.sealed.judges import same
from seatrial.contract.action import REOPENED
from seatrial.contract.output import Workload
from seatrial.contract.scenario import Judgement, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.runtimes.local.runtime import LocalRuntime

KEY = "age1dxsu9zyg0vny4sz4yvunalhsuyldmck2x08aadjsxjg20z39959szw0r32"
SECRET = "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ"
SHOP = f"""\
seatrial: 1
system: shop
include: [stores.yaml]
teams: {{web: {{chat: "#web"}}}}
services:
  front:
    owner: web
    run: nginx
    ports: {{http: 80}}
    needs: [queue]
    files: {{front.conf: conf/front.conf}}
    environment: {{PASSWORD: "${{queue.password}}"}}
promises: [R20]
backup: {{recovery_key: {KEY}}}
environments: {{rehearsal: {{runtime: local}}}}
"""
STORES = 'stores: {queue: {engine: redis, version: "7", owner: web, backup: {keep: 14d}}}\n'
Make = Callable[[str], Plan]


@pytest.fixture
def local(tmp_path: Path) -> Make:
    """Plan a text on the local runtime."""

    def make(text: str) -> Plan:
        (tmp_path / "conf").mkdir(exist_ok=True)
        (tmp_path / "conf/front.conf").write_bytes(b"listen ${self.address};\r\n")
        (tmp_path / "stores.yaml").write_text(STORES)
        file = tmp_path / "seatrial.yaml"
        file.write_text(text, encoding="utf-8")
        return plan(file, LocalRuntime("shop", tmp_path))

    return make


def sealer(planned: Plan) -> Workload:
    (found,) = (each for each in planned.workloads if each.seals)
    return found


def described(planned: Plan) -> dict[str, Any]:
    (text,) = (each.text for each in sealer(planned).files if each.path == "described.json")
    found: dict[str, Any] = json.loads(text)
    return found


def test_all_that_planning_reads_is_given_as_it_lies_there(local: Make) -> None:
    told = described(local(SHOP))
    files = {name: base64.b64decode(text) for name, text in told["files"].items()}
    assert files == {
        "seatrial.yaml": SHOP.encode(),
        "stores.yaml": STORES.encode(),
        "conf/front.conf": b"listen ${self.address};\r\n",
    }
    assert (told["system"], told["file"], told["runtime"]) == ("shop", "seatrial.yaml", "local")


def test_every_secret_is_given_but_the_key_that_opens(local: Make) -> None:
    planned = local(SHOP)
    mine = sealer(planned)
    every = {name for each in planned.workloads for name in each.secrets}
    assert set(planned.secrets) == every
    assert set(described(planned)["secrets"]) == every - {place.LENT}
    given = {each.path: each for each in mine.files if each.path.startswith("secrets/")}
    assert {path.partition("/")[2] for path in given} == every - {place.LENT}
    assert given["secrets/queue-backups-orders"].text == "${secret.queue-backups-orders}"
    assert all(each.secret for each in given.values())
    assert place.KEY not in mine.secrets


def test_nothing_of_it_is_rendered_for_people(local: Make) -> None:
    shown = {each.path: each.text for each in sealer(local(SHOP)).files if not each.secret}
    assert list(shown) == ["plan.json"]
    told = json.loads(shown["plan.json"])
    assert told["recipients"] == [KEY, f"${{secret.{place.LENT}}}"]
    assert (told["every"], told["keep"]) == (86_400.0, 14 * 86_400.0)


@pytest.mark.parametrize(
    ("old", "new"),
    [(f"backup: {{recovery_key: {KEY}}}\n", ""), ("promises: [R20]", "promises: [R03]")],
)
def test_a_system_without_a_key_or_the_promise_pays_nothing(
    local: Make, old: str, new: str
) -> None:
    planned = local(SHOP.replace(old, new))
    assert not [each for each in planned.workloads if each.seals]
    assert not [each for each in planned.scenarios() if each.name == "recover-system"]


def test_how_long_they_are_kept_is_set(local: Make) -> None:
    text = SHOP.replace(f"{{recovery_key: {KEY}}}", f"{{recovery_key: {KEY}, keep: 30d}}")
    (shown,) = (each.text for each in sealer(local(text)).files if each.path == "plan.json")
    assert json.loads(shown)["keep"] == 30 * 86_400.0


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (SECRET, "ST7110"),
        (SECRET.lower(), "ST7110"),
        ("age1abc", "ST7109"),
        (KEY[:-1] + "3", "ST7109"),
        ("hunter2", "ST7109"),
        ("12", "ST7109"),
    ],
)
def test_what_is_no_key_is_refused_at_its_place_and_never_quoted(
    local: Make, written: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        local(SHOP.replace(KEY, written))
    (problem,) = refused.value.problems
    assert (problem.code, problem.place and problem.place.line) == (code, 14)
    again = written.startswith("age1")
    assert ("copy it once more" if again else "seatrial key new") in problem.cure
    assert written not in f"{problem.summary} {problem.cure}"


@pytest.mark.parametrize("nothing", ["", '""', "[]"])
def test_a_key_that_is_written_and_empty_is_refused(local: Make, nothing: str) -> None:
    """Else nobody would notice that nothing is sealed."""
    with pytest.raises(Refused) as refused:
        local(SHOP.replace(KEY, nothing))
    (problem,) = refused.value.problems
    assert (problem.code, problem.place and problem.place.line) == ("ST7109", 14)
    assert "seatrial key new" in problem.cure


def test_a_key_with_spaces_about_it_is_that_key(local: Make) -> None:
    (shown,) = (
        each.text
        for each in sealer(local(SHOP.replace(KEY, f'" {KEY} "'))).files
        if each.path == "plan.json"
    )
    assert KEY in json.loads(shown)["recipients"]


def test_a_team_that_is_not_there_is_told_with_those_that_are(local: Make) -> None:
    with pytest.raises(Refused) as refused:
        local(SHOP.replace(f"{{recovery_key: {KEY}}}", f"{{recovery_key: {KEY}, owner: wep}}"))
    (problem,) = refused.value.problems
    assert (problem.code, problem.summary) == ("ST7111", "unknown team 'wep' in backup.owner")
    assert "web" in problem.cure


def test_its_alerts_are_the_first_teams_or_whose_is_named(local: Make) -> None:
    text = SHOP.replace("teams: {", 'teams: {ops: {chat: "#ops"}, ')

    def owners(planned: Plan) -> set[str]:
        (group,) = (each for each in planned.declarations.groups if each.name == "backup:system")
        return {each.owner for each in group.alerts}

    assert owners(local(text)) == {"ops"}
    named = text.replace(f"{{recovery_key: {KEY}}}", f"{{recovery_key: {KEY}, owner: web}}")
    assert owners(local(named)) == {"web"}


def test_a_short_memory_is_refused(local: Make) -> None:
    with pytest.raises(Refused) as refused:
        local(SHOP.replace(f"{{recovery_key: {KEY}}}", f"{{recovery_key: {KEY}, keep: 1h}}"))
    assert ["backup.keep" in each.summary for each in refused.value.problems] == [True]


# -- another region ----------------------------------------------------------------------------

FAR = SHOP.replace("include: [stores.yaml]\n", "regions: {eu: {home: true}, us: {}}\n").replace(
    "promises: [R20]\n",
    "promises: [R01, R20]\n"
    'stores: {queue: {engine: postgres, version: "15", owner: web, backup: {also_in: us}}}\n',
)


def test_where_a_vault_lies_the_bundles_lie_too(local: Make) -> None:
    planned = local(FAR)
    mine = sealer(planned)
    files = {each.path: each for each in mine.files}
    (place_,) = json.loads(files["plan.json"].text)["places"]
    server = planned.placement.endpoint("queue-vault-us", "s3")
    assert place_["region"] == "us"
    assert place_["url"] == f"https://{server.host}:{server.port}/backups"
    assert files["us.password"].secret
    assert files["us.password"].text == "${secret.queue-vault-us-s3}\n"
    assert mine.after == ("queue-vault-us",)
    assert "queue-vault-us-cipher" in described(planned)["secrets"]
    names = [each.name for each in planned.scenarios() if each.name.startswith("recover-system")]
    assert names == ["recover-system", "recover-system-from-us"]
    rules = {each.name for one in planned.declarations.groups for each in one.alerts}
    assert {"BackupElsewhereLate", "BackupElsewhereFailed"} <= rules


def test_where_none_lies_nothing_is_asked_elsewhere(local: Make) -> None:
    planned = local(SHOP)
    assert sealer(planned).after == ()
    rules = {each.name for one in planned.declarations.groups for each in one.alerts}
    assert not {"BackupElsewhereLate", "BackupElsewhereFailed"} & rules


@pytest.mark.parametrize(
    ("there", "error", "lacking"),
    [
        ({"newest": "b", "error": ""}, "", None),
        ({"newest": "a", "error": ""}, "", "the newest bundle is not there yet"),
        ({"newest": "", "error": "us: refused"}, "", "the newest bundle is not there yet: us: ref"),
    ],
)
def test_it_begins_when_the_newest_lies_there(
    local: Make, there: dict[str, str], error: str, lacking: str | None
) -> None:
    (scenario,) = (each for each in local(FAR).scenarios() if each.name == "recover-system-from-us")
    bundles = [{"label": "a", "damaged": False}, {"label": "b", "damaged": False}]
    told = {"bundles": bundles, "error": error, "due": "", "elsewhere": {"us": there}}
    (steady,) = scenario.steady
    found = steady.holds(steady.watch.parse(1.0, json.dumps(told).encode()))
    assert found is None if lacking is None else (found or "").startswith(lacking)


# -- the judge ---------------------------------------------------------------------------------

GOOD: dict[str, Any] = {
    "command": "",
    "status": 0,
    "said": "",
    "files": 3,
    "secrets": 7,
    "differs": [],
    "lines": 3,
    "seconds": 4.0,
}


def judged(told: dict[str, Any] | None, *, over: bool = True) -> Judgement:
    seen = []
    if told is not None:
        text = json.dumps(told)
        one = Observation(at=11.0, source="x", kind=REOPENED, subject=place.NAME, text=text)
        seen.append(one)
    return same(place.NAME, 600.0, 3)(Timeline().adding(seen), 60.0, over)


def test_all_that_is_as_it_is_is_met() -> None:
    found = judged(GOOD)
    assert found.state is State.MET
    assert "3 files and 7 secrets" in found.reason


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"differs": ["the secret queue"]}, State.BROKEN),
        ({"files": 0}, State.BROKEN),
        ({"secrets": 0}, State.BROKEN),
        ({"seconds": 601.0}, State.BROKEN),
        ({"lines": 2}, State.BROKEN),
        ({"status": 2, "said": "bundle.age is damaged"}, State.BROKEN),
        ({"status": 1, "said": "x"}, State.BROKEN),
        ({"status": 3, "said": "nobody answers"}, State.BLIND),
        ({"status": 124, "said": "x"}, State.BLIND),
    ],
)
def test_what_is_not_so_is_not_met(change: dict[str, Any], state: State) -> None:
    assert judged({**GOOD, **change}).state is state


def test_what_was_not_seen_is_blind_and_never_green() -> None:
    assert judged(None).state is State.BLIND
    assert judged(None, over=False).state is State.PENDING


def test_a_promise_without_a_key_is_noted(local: Make) -> None:
    """Unless the system is excepted: the data would come back, and nothing that reads it."""

    def noted(text: str) -> list[str]:
        return [each.code for each in local(text).problems if each.code == "ST7112"]

    without = SHOP.replace(f"backup: {{recovery_key: {KEY}}}\n", "")
    told = "exceptions: [{requirement: R20.2, subject: shop, reason: printed, owner: web,"
    excepted = f"{without}{told} until: 2999-01-01}}]\n"
    assert [noted(each) for each in (SHOP, without, excepted)] == [[], ["ST7112"], []]
