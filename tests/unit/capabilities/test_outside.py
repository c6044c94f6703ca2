"""Regions outside: a voice as every other, heard through the door at home."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from seatrial.app.plan import Plan, plan
from seatrial.capabilities.metrics.journeys import carried
from seatrial.capabilities.synthetics.outside import reach
from seatrial.capabilities.synthetics.settings import Settings
from seatrial.daemons.intake import places
from seatrial.daemons.prober import read
from seatrial.engines.prometheus import votes
from seatrial.runtimes.kubernetes import Cluster
from seatrial.system.probing import outside, probers, stationed
from seatrial.system.problem import Problem

REGIONS = "regions: {eu: {home: true}, us: {}, office: {outside: true}}\n"
CHECKS = """\
synthetics:
  reach: {gateway: "https://shop.example"}
  checks:
    page: {kind: http, service: gateway}
    partner: {kind: tls, target: "api.partner.example:443"}
"""


def test_a_region_outside_is_one_more_voice(planned: Callable[..., Plan], shop: str) -> None:
    found = planned(shop + REGIONS)
    system = found.system
    assert list(probers(system).values()) == ["eu", "us", "office"]
    assert outside(system) == {"prober-office": "office"}
    assert "prober-office" in stationed(system, rehearsal=True)
    assert "prober-office" not in stationed(system, rehearsal=False)
    assert any(votes.QUORUM in each.expr for each in found.declarations.alerts)
    # two voices are enough for a vote, wherever they stand
    two = planned(shop + "regions: {eu: {home: true}, office: {outside: true}}\n")
    assert any(votes.QUORUM in each.expr for each in two.declarations.alerts)


def test_it_is_scraped_at_the_door_as_a_prober_of_its_region(
    planned: Callable[..., Plan], shop: str
) -> None:
    found = planned(shop + REGIONS)
    (server,) = (each for each in found.workloads if each.name == "prometheus")
    (file,) = (each for each in server.files if each.path == "targets/prober.json")
    told = {
        each["labels"]["service"]: (each["labels"]["region"], each["targets"], each["labels"])
        for each in json.loads(file.text)
    }
    door = found.placement.endpoint("prober-intake", "http")
    region, targets, labels = told["prober-office"]
    assert (region, targets) == ("office", [str(door)])
    assert labels["__metrics_path__"] == "/places/office/metrics"
    assert [told[each][0] for each in ("prober", "prober-us")] == ["eu", "us"]


def test_the_door_is_told_who_may_send(planned: Callable[..., Plan], shop: str) -> None:
    found = planned(shop + REGIONS)
    (door,) = (each for each in found.workloads if each.name == "prober-intake")
    assert door.files[0].secret
    assert json.loads(door.files[0].text) == {"places": {"office": ["${secret.prober-office}"]}}
    assert door.secrets == ("prober-office",)
    assert door.volumes[0].durable
    text = door.files[0].text.replace("${secret.prober-office}", "x" * 32)
    assert set(places.parse(text)) == {"office"}
    named = planned(shop + REGIONS.replace("outside: true", "outside: true, token: {secret: two}"))
    (other,) = (each for each in named.workloads if each.name == "prober-intake")
    assert other.secrets == ("two",)


def test_a_rehearsal_runs_a_stand_in_that_sends_home(
    planned: Callable[..., Plan], shop: str
) -> None:
    found = planned(shop + REGIONS)
    (stand_in,) = (each for each in found.workloads if each.name == "prober-office")
    files = {each.path: each for each in stand_in.files}
    told = json.loads(files["home.json"].text)
    assert told["url"] == f"https://{found.placement.endpoint('prober-intake', 'https')}"
    assert (told["place"], told["stand_in"]) == ("office", True)
    assert files["token"].secret
    assert "prober-intake" in stand_in.after
    real = planned(shop + REGIONS, "production")
    names = {each.name for each in real.workloads}
    assert "prober-office" not in names
    assert "prober-intake" in names


def test_what_the_machine_outside_is_given(planned: Callable[..., Plan], shop: str) -> None:
    found = planned(shop + REGIONS + CHECKS)
    settings = found.contexts["synthetics"].settings
    ways, lost = reach(found.system, settings, None)
    assert (ways, lost) == ({"gateway": "https://shop.example"}, ())
    asked = found.declarations.checks
    told = read.parse(carried(found.system, ways, asked, rehearsal=False, run=("eu", "us")))
    # what users know leads to the first
    assert [(each.entry, each.bases) for each in told.journeys] == [
        ("eu", ("https://shop.example",))
    ]
    one = read.parse(carried(found.system, ways, asked, rehearsal=False, run=("eu",)))
    assert [each.entry for each in one.journeys] == [""]
    assert [(each.name, each.targets) for each in told.checks] == [
        ("partner", ("api.partner.example:443",))
    ]


def test_where_it_is_reached_is_never_guessed(planned: Callable[..., Plan], shop: str) -> None:
    found = planned(shop + REGIONS)
    assert reach(found.system, Settings(), None) == ({}, ("gateway",))
    # on the machine of a rehearsal it is somewhere
    here = reach(found.system, Settings(), found.placement)[0]["gateway"]
    assert here == f"http://{found.placement.endpoint('gateway', 'http')}"


def test_what_was_not_declared_safe_is_not_sent_where_users_are(
    planned: Callable[..., Plan], shop: str
) -> None:
    post = "      - post: /carts\n"
    unsafe = shop.replace("      - get: /\n", post)
    names = [
        [each["name"] for each in json.loads(text)["journeys"]]
        for declared in (unsafe, unsafe.replace(post, f"{post}        safe: true\n"))
        for found in (planned(declared, "production"), planned(declared))
        for one in found.workloads
        if one.name == "prober"
        for text in (one.files[0].text,)
    ]
    assert names == [[], ["buy"], ["buy"], ["buy"]]


def test_a_clean_up_counts_as_a_step(planned: Callable[..., Plan], shop: str) -> None:
    text = shop.replace("      - get: /\n", "      - get: /\n    cleanup: [{delete: /carts/1}]\n")
    (one,) = (each for each in planned(text).workloads if each.name == "prober")
    (journey,) = read.parse(one.files[0].text).journeys
    assert [each.name for each in journey.cleanup] == ["DELETE /carts/1"]
    (real,) = (each for each in planned(text, "production").workloads if each.name == "prober")
    assert read.parse(real.files[0].text).journeys == ()


@pytest.mark.parametrize(
    ("change", "code", "cure"),
    [
        ((REGIONS, REGIONS.replace("us: {}", "us: {token: {secret: a}}")), "ST1309", "outside"),
        ((REGIONS, "regions: {eu: {outside: true, home: true}}\n"), "ST1214", "in which"),
        (("    scale: 2\n", "    scale: 2\n    regions: [office]\n"), "ST6107", "take office out"),
        (("reach: {gateway:", "reach: {api:"), "ST6109", "gateway"),
        (("https://shop.example", "ftp://shop.example"), "ST1308", ""),
        (("  checks:", "  home: http://probes.example\n  checks:"), "ST1308", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_with_its_cure(
    problems: Callable[[str], tuple[Problem, ...]],
    shop: str,
    change: tuple[str, str],
    code: str,
    cure: str,
) -> None:
    text = shop + REGIONS + CHECKS
    assert change[0] in text
    found = [each for each in problems(text.replace(*change)) if each.code == code]
    assert found
    assert cure in found[0].cure
    assert found[0].place is not None


def test_a_step_that_is_not_declared_safe_is_warned_of_where_it_would_be_sent(
    problems: Callable[[str], tuple[Problem, ...]], shop: str
) -> None:
    unsafe = shop.replace("      - get: /\n", "      - post: /carts\n")
    elsewhere = "environments: {production: {runtime: kubernetes}}\n"
    assert not [each for each in problems(unsafe) if each.code == "ST2115"]
    (warned,) = (each for each in problems(unsafe + elsewhere) if each.code == "ST2115")
    assert "POST" in warned.summary
    safe = unsafe.replace("/carts\n", "/carts\n        safe: true\n")
    assert not [each for each in problems(safe + elsewhere) if each.code == "ST2115"]


def test_a_clean_up_knows_what_its_steps_kept(
    problems: Callable[[str], tuple[Problem, ...]], shop: str
) -> None:
    steps = "      - get: /\n        keep: {id: $.id}\n    cleanup: [{delete: '/carts/${%s}'}]\n"
    for name, wrong in (("id", 0), ("cart", 1)):
        found = problems(shop.replace("      - get: /\n", steps % name))
        assert len([each for each in found if each.code == "ST1405"]) == wrong


def test_a_place_that_falls_silent_is_shown_a_little_longer(
    planned: Callable[..., Plan], shop: str
) -> None:
    windows = [
        each.window
        for text in (shop, shop + REGIONS)
        for each in planned(text).declarations.alerts
        if each.name == "ProberDown"
    ]
    assert windows == [0.0, places.FRESH_S]


def test_a_cluster_says_that_it_has_no_door(tmp_path: Path, shop: str) -> None:
    file = tmp_path / "seatrial.yaml"
    elsewhere = "environments: {production: {runtime: kubernetes}}\n"
    file.write_text(shop + REGIONS + elsewhere, encoding="utf-8")
    found = plan(file, Cluster(namespace="shop"), environment="production")
    assert "ST6108" in {each.code for each in found.rendered}
    assert not {"prober-intake", "prober-office"} & {each.name for each in found.workloads}


def test_a_rehearsal_is_as_heavy_with_three_regions_as_with_one(
    planned: Callable[..., Plan], shop: str
) -> None:
    busy = shop.replace("peak: 5/s", "peak: 50/s")

    def rates(found: Plan) -> list[float]:
        return [
            journey.rate
            for one in found.workloads
            if one.name in probers(found.system)
            for journey in read.parse(one.files[0].text).journeys
        ]

    assert rates(planned(busy)) == [5.0]
    assert sum(rates(planned(busy + REGIONS))) == 5.0
    alone = busy.replace("  gateway:\n", "  gateway:\n    regions: [eu]\n")
    assert rates(planned(alone + REGIONS)) == pytest.approx([5 / 3] * 3)
    many = "regions: {eu: {home: true}, a: {}, b: {}, c: {}, d: {}, e: {}, f: {}}\n"
    assert rates(planned(alone + many)) == [1.0] * 7  # fewer runs would say nothing of a region
    assert rates(planned(alone + REGIONS, "production")) == [1.0, 1.0]
