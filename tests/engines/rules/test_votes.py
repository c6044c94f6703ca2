"""The real promtool on the rules of a system with three regions: whose word counts."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from seatrial.app.plan import plan
from seatrial.runtimes.memory import MemoryRuntime

pytestmark = pytest.mark.engines
Run = Callable[..., subprocess.CompletedProcess[str]]
SHOP = """\
seatrial: 1
system: shop
teams: {web: {chat: "#web"}}
regions: {eu: {home: true}, us: {}, asia: {}}
services:
  gateway: {owner: web, image: shop/gateway:1, ports: {http: 8080, https: 8443}, exposed: true,
            regions: [eu]}
journeys:
  buy: {owner: web, start: gateway, steps: [{get: /}]}
slos:
  buy: {journey: buy, availability: 99.9, window: 30d}
synthetics:
  quorum: QUORUM
  checks:
    page: {kind: http, service: gateway, every: 10s, severity: page}
    front: {kind: tls, service: gateway, days: 7}
    host: {kind: icmp, target: shop.example}
"""
# a way in in each region but the last, which is a place outside
ENTRIES = SHOP.replace(",\n            regions: [eu]", "")
ENTRIES = ENTRIES.replace("asia: {}", "asia: {outside: true}")
UP, DOWN = "0+5x200", "0+5x20 100x180"  # from the second minute on
OUT = "0x20 0+5x180"
FIRING = 420  # seconds


@pytest.fixture
def laid_out(tmp_path: Path) -> Callable[..., Path]:
    """Prometheus's files for a quorum."""

    def make(quorum: str = "majority", text: str = SHOP) -> Path:
        file = tmp_path / "seatrial.yaml"
        file.write_text(text.replace("QUORUM", quorum), encoding="utf-8")
        planned = plan(file, MemoryRuntime(clock=lambda: 0.0))
        (server,) = (each for each in planned.workloads if each.name == "prometheus")
        for each in server.files:
            place = tmp_path / each.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(each.text, encoding="utf-8")
        return tmp_path

    return make


@pytest.mark.parametrize("text", [SHOP, ENTRIES])
def test_every_alert_fires_and_clears(laid_out: Callable[..., Path], run: Run, text: str) -> None:
    folder = laid_out(text=text)
    files = sorted(f"tests/{each.name}" for each in (folder / "tests").iterdir())
    assert {"tests/checks.yml", "tests/blindness.yml", "tests/journey-buy.yml"} <= set(files)
    done = run("prometheus", folder, "promtool", "test", "rules", *files)
    assert done.returncode == 0, done.stdout + done.stderr
    lint = sorted(f"rules/{each.name}" for each in (folder / "rules").iterdir())
    done = run("prometheus", folder, *("promtool", "check", "rules", "--lint=all"), *lint)
    assert done.returncode == 0, done.stdout + done.stderr


def region(name: str, ok: str, failed: str, answered: str, good: str) -> list[dict[str, str]]:
    where = f'job="prober",region="{name}"'
    return [
        {"series": f'journey_requests_total{{{where},journey="buy",outcome="ok"}}', "values": ok},
        {
            "series": f'journey_requests_total{{{where},journey="buy",outcome="refused"}}',
            "values": failed,
        },
        {"series": f"prober_answered_total{{{where}}}", "values": answered},
        {"series": f"prober_succeeded_total{{{where}}}", "values": good},
        {"series": f"up{{{where}}}", "values": "1x200"},
    ]


def well(name: str) -> list[dict[str, str]]:
    return region(name, UP, "0x200", UP, UP)


def struck(name: str) -> list[dict[str, str]]:
    """Its journey gets no answer, and it sees something else."""
    return region(name, DOWN, OUT, UP, UP)


def cut(name: str) -> list[dict[str, str]]:
    """It sees nothing at all."""
    return region(name, DOWN, OUT, DOWN, DOWN)


def gone(name: str) -> list[dict[str, str]]:
    """Its samples end."""
    found = region(name, "0+5x20 stale", "0x20 stale", "0+5x20 stale", "0+5x20 stale")
    return [
        {**each, "values": "0+5x20 stale" if "answered" in each["series"] else each["values"]}
        for each in found[:-1]
    ] + [{**found[-1], "values": "1x20 0x180"}]


@pytest.mark.parametrize(
    ("quorum", "seen", "pages", "blind"),
    [
        ("majority", (well("eu"), well("us"), well("asia")), False, set()),
        ("majority", (well("eu"), well("us"), struck("asia")), False, set()),
        ("majority", (well("eu"), struck("us"), struck("asia")), True, set()),
        ("majority", (well("eu"), well("us"), cut("asia")), False, {"asia"}),
        # one that sees does not outvote most of those that nobody answers any more
        ("majority", (well("eu"), cut("us"), cut("asia")), True, set()),
        ("majority", (struck("eu"), cut("us"), gone("asia")), True, {"us", "asia"}),
        ("majority", (cut("eu"), cut("us"), cut("asia")), True, set()),
        ("majority", (struck("eu"), struck("us"), gone("asia")), True, {"asia"}),
        # too low: the word of one is enough; but not of one that is blind
        ("1", (well("eu"), well("us"), struck("asia")), True, set()),
        ("1", (well("eu"), well("us"), cut("asia")), False, {"asia"}),
        # more than see anything: all of those
        ("3", (struck("eu"), struck("us"), cut("asia")), True, {"asia"}),
        ("3", (struck("eu"), struck("us"), well("asia")), False, set()),
    ],
)
def test_a_quorum_of_those_that_see_decides(  # noqa: PLR0917 - fixtures, and a table's columns
    laid_out: Callable[..., Path],
    run: Run,
    quorum: str,
    seen: tuple[list[dict[str, str]], ...],
    pages: bool,  # noqa: FBT001 - a column of the table
    blind: set[str],
) -> None:
    folder = laid_out(quorum)
    names = ("probing", "journey-buy", "blindness")
    test: dict[str, Any] = {
        "interval": "5s",
        "input_series": [each for one in seen for each in one],
        "alert_rule_test": [
            asked("JourneyFailing", [{"region": "eu"}] if pages else []),
            asked("RegionBlind", [{"region": each} for each in sorted(blind)]),
        ],
    }
    for each in test["alert_rule_test"]:
        each["exp_alerts"] = expected(folder, each["alertname"], each["exp_alerts"])
    document = {
        "rule_files": [f"rules/{each}.yml" for each in names],
        "evaluation_interval": "5s",
        "tests": [test],
    }
    (folder / "votes.yml").write_text(yaml.safe_dump(document), encoding="utf-8")
    done = run("prometheus", folder, "promtool", "test", "rules", "votes.yml")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("quorum", "ups", "pages", "unasked"),
    [
        # where only one may ask, its word is all there is; and where it may not, that is told
        ("majority", {"asia": "1x20 0x180"}, True, {"eu", "us"}),
        ("majority", {"us": "1x200", "asia": "1x20 0x180"}, False, {"eu"}),
        ("majority", {"us": "1x20 0x180", "asia": "1x20 0x180"}, True, {"eu"}),
        ("majority", {"eu": "1x200", "us": "1x200", "asia": "1x20 0x180"}, False, set()),
        ("1", {"eu": "1x200", "us": "1x200", "asia": "1x20 0x180"}, True, set()),
        ("majority", {}, False, {"eu", "us", "asia"}),
    ],
)
def test_of_a_check_those_decide_that_can_ask_it(  # noqa: PLR0917 - fixtures, and a table's columns
    laid_out: Callable[..., Path],
    run: Run,
    quorum: str,
    ups: dict[str, str],
    pages: bool,  # noqa: FBT001 - a column of the table
    unasked: set[str],
) -> None:
    folder = laid_out(quorum)
    series = [each for name in ("eu", "us", "asia") for each in well(name)]
    for name in ("eu", "us", "asia"):
        labels = f'job="prober",check="host",region="{name}"'
        if name in ups:
            series.append({"series": f"check_up{{{labels}}}", "values": ups[name]})
        outcome = "ok" if name in ups else "unknown"
        series.append(
            {"series": f'check_runs_total{{{labels},outcome="{outcome}"}}', "values": "0+1x200"}
        )
    document = {
        "rule_files": ["rules/probing.yml", "rules/checks.yml"],
        "evaluation_interval": "5s",
        "tests": [
            {
                "interval": "5s",
                "input_series": series,
                "alert_rule_test": [
                    of_host(folder, "CheckFailing", [{"region": "eu"}] if pages else []),
                    of_host(folder, "CheckUnknown", [{"region": each} for each in sorted(unasked)]),
                ],
            }
        ],
    }
    (folder / "votes.yml").write_text(yaml.safe_dump(document), encoding="utf-8")
    done = run("prometheus", folder, "promtool", "test", "rules", "votes.yml")
    assert done.returncode == 0, done.stdout + done.stderr


def entered(name: str, *, broken: str, by_all: bool) -> list[dict[str, str]]:
    """What a region's prober counts at each entry; `by_all`, or by asia alone, one is broken."""
    found: list[dict[str, str]] = []
    for entry in ("eu",) if name == "asia" else ("eu", "us"):
        ill = entry == broken and (by_all or name == "asia")
        for each in region(name, *((DOWN, OUT) if ill else (UP, "0x200")), UP, UP)[:2]:
            series = each["series"].replace('journey="buy"', f'journey="buy",entry="{entry}"')
            found.append({**each, "series": series})
    return [*found, *well(name)[2:]]


@pytest.mark.parametrize(
    ("quorum", "broken", "by_all", "pages"),
    [
        # of three regions two look at this one: both, which is all of them
        ("majority", "us", True, ["us"]),
        ("3", "us", True, ["us"]),
        ("majority", "eu", True, ["eu"]),
        ("majority", "eu", False, []),  # asia's word alone
        ("majority", "none", True, []),
    ],
)
def test_each_way_in_is_voted_on_by_those_that_look_at_it(  # noqa: PLR0917 - a table's columns
    laid_out: Callable[..., Path],
    run: Run,
    quorum: str,
    broken: str,
    by_all: bool,  # noqa: FBT001 - a column of the table
    pages: list[str],
) -> None:
    folder = laid_out(quorum, ENTRIES)
    places = ("eu", "us", "asia")
    rules = yaml.safe_load((folder / "rules/journey-buy.yml").read_text())
    told = {
        rule["labels"]["entry"]: {
            "exp_labels": rule["labels"],
            "exp_annotations": rule["annotations"],
        }
        for group in rules["groups"]
        for rule in group["rules"]
    }
    document = {
        "rule_files": ["rules/probing.yml", "rules/journey-buy.yml"],
        "evaluation_interval": "5s",
        "tests": [
            {
                "interval": "5s",
                "input_series": [
                    each for one in places for each in entered(one, broken=broken, by_all=by_all)
                ],
                "alert_rule_test": [asked("JourneyFailing", [told[each] for each in pages])],
            }
        ],
    }
    (folder / "entries.yml").write_text(yaml.safe_dump(document), encoding="utf-8")
    done = run("prometheus", folder, "promtool", "test", "rules", "entries.yml")
    assert done.returncode == 0, done.stdout + done.stderr


def of_host(folder: Path, name: str, alerts: list[Mapping[str, str]]) -> dict[str, Any]:
    """Of the check `host`, at an instant at which an hour's silence would have been told."""
    return {
        "eval_time": "900s",
        "alertname": name,
        "exp_alerts": expected(folder, name, alerts, check="host"),
    }


def asked(name: str, alerts: list[Mapping[str, str]]) -> dict[str, Any]:
    return {"eval_time": f"{FIRING}s", "alertname": name, "exp_alerts": alerts}


def expected(
    folder: Path, name: str, regions: list[Mapping[str, str]], check: str = ""
) -> list[dict[str, Any]]:
    """As promtool wants it: all labels and annotations that the rule gives."""
    for file in (folder / "rules").iterdir():
        for group in yaml.safe_load(file.read_text())["groups"]:
            for rule in group["rules"]:
                if rule.get("alert") == name and rule["labels"].get("check", "") == check:
                    labels, notes = rule["labels"], rule["annotations"]
    return [{"exp_labels": {**labels, **each}, "exp_annotations": notes} for each in regions]
