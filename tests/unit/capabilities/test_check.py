"""Every problem that metrics and alerting raise, with its code and its place in the file."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from seatrial.system.problem import Problem, Severity

Problems = Callable[[str], tuple[Problem, ...]]


def line_of(text: str, needle: str, *, nth: int = 1) -> int:
    """The number of the nth line that holds the needle."""
    found = [number for number, line in enumerate(text.splitlines(), 1) if needle in line]
    return found[nth - 1]


def only(found: tuple[Problem, ...], code: str) -> Problem:
    matching = [each for each in found if each.code == code]
    assert len(matching) == 1, [str(each) for each in found]
    return matching[0]


def at(problem: Problem) -> int:
    assert problem.place is not None
    assert problem.place.file.endswith("seatrial.yaml")
    return problem.place.line


def test_the_small_system_has_no_problem(shop: str, problems: Problems) -> None:
    assert problems(shop) == ()


def test_st2101_a_window_that_samples_do_not_outlive(shop: str, problems: Problems) -> None:
    text = shop + "monitoring: {retention: 20d}\n"
    found = only(problems(text), "ST2101")
    assert at(found) == line_of(text, "window: 30d")
    assert found.severity is Severity.WARNING
    assert "30d" in found.summary
    assert "20d" in found.summary


@pytest.mark.parametrize(("retention", "count"), [("30d", 1), ("31d", 0)])
def test_st2101_samples_must_outlive_the_window(
    shop: str, problems: Problems, retention: str, count: int
) -> None:
    found = problems(shop + f"monitoring: {{retention: {retention}}}\n")
    assert [each.code for each in found] == ["ST2101"] * count


def test_st2102_a_service_that_nothing_can_see(shop: str, problems: Problems) -> None:
    text = shop.replace(
        "stores:", "  hermit:\n    owner: web\n    image: shop/hermit:1\nstores:", 1
    )
    found = only(problems(text), "ST2102")
    assert at(found) == line_of(text, "  hermit:") + 1  # where the service's own keys begin
    assert found.severity is Severity.WARNING


def test_st2103_the_monitoring_is_owned_by_nobody(shop: str, problems: Problems) -> None:
    text = shop + "monitoring:\n  scrape: 5s\n  owner: wbe\n"
    found = only(problems(text), "ST2103")
    assert at(found) == line_of(text, "owner: wbe")
    assert found.severity is Severity.ERROR
    assert "web, data" in found.cure


@pytest.mark.parametrize("limit", ["250ms", "1500ms", "9ms", "30s"])
def test_st2104_a_latency_that_no_bucket_can_tell(
    shop: str, problems: Problems, limit: str
) -> None:
    text = shop.replace("window: 30d", f"latency: {{p95: {limit}}}")
    found = only(problems(text), "ST2104")
    assert at(found) == line_of(text, f"p95: {limit}")
    assert found.severity is Severity.ERROR


@pytest.mark.parametrize("limit", ["10ms", "200ms", "1s", "10s"])
def test_st2104_is_silent_where_a_bucket_ends(shop: str, problems: Problems, limit: str) -> None:
    assert problems(shop.replace("window: 30d", f"latency: {{p95: {limit}}}")) == ()


BESIDE = "environments: {rehearsal: {runtime: compose, beside: compose.yaml}}\n"


def test_st2105_an_exporter_that_shows_nothing(shop: str, problems: Problems) -> None:
    store = 'database: {engine: postgres, version: "15", owner: data'
    text = shop.replace(store, f"{store}, exporter: gateway") + BESIDE
    found = only(problems(text), "ST2105")
    assert at(found) == line_of(text, "exporter: gateway")
    assert found.severity is Severity.ERROR


def test_st2106_a_store_that_is_seen_from_outside_only(shop: str, problems: Problems) -> None:
    found = only(problems(shop + BESIDE), "ST2106")
    assert at(found) == line_of(shop, "database: {engine")
    assert found.severity is Severity.WARNING
    assert "stores.database.exporter" in found.cure
    store = 'database: {engine: postgres, version: "15", owner: data'
    for key in ("exporter: api", "monitor: {user: eye, password: {secret: EYE}}"):
        assert problems(shop.replace(store, f"{store}, {key}") + BESIDE) == ()


def test_st2107_a_login_without_a_user(shop: str, problems: Problems) -> None:
    store = 'database: {engine: postgres, version: "15", owner: data'
    text = shop.replace(store, f"{store}, monitor: {{password: {{secret: EYE}}}}") + BESIDE
    found = only(problems(text), "ST2107")
    assert at(found) == line_of(text, "monitor:")
    assert found.severity is Severity.ERROR


def test_st3101_a_budget_that_burns_too_slowly_to_page_in_time(
    shop: str, problems: Problems
) -> None:
    text = shop.replace("availability: 99.9", "availability: 99.5")
    found = only(problems(text), "ST3101")
    assert at(found) == line_of(text, "availability: 99.5")
    assert "259 s" in found.summary  # 14.4 x 0.5 % x 1 h


def test_st3101_asks_for_what_the_target_says(shop: str, problems: Problems) -> None:
    # 14.4 x 0.1 % x 1 h is 51.84 s
    found = problems(shop + "targets: {fault_to_page: 52s}\n")
    assert "ST3101" not in {each.code for each in found}
    only(problems(shop + "targets: {fault_to_page: 51s}\n"), "ST3101")


def test_st3103_too_little_traffic_to_judge(shop: str, problems: Problems) -> None:
    text = shop.replace("peak: 5/s", "peak: 10/m")
    found = only(problems(text), "ST3103")
    assert at(found) == line_of(text, "peak: 10/m")
    assert problems(shop.replace("peak: 5/s", "peak: 20/m")) == ()


def test_st3104_a_chain_that_promises_more_than_its_link(shop: str, problems: Problems) -> None:
    text = shop + "  api: {service: api, availability: 99.5}\n"
    found = only(problems(text), "ST3104")
    assert at(found) == line_of(text, "service: api, availability")
    enough = problems(shop + "  api: {service: api, availability: 99.95}\n")
    assert "ST3104" not in {each.code for each in enough}


def test_st3104_only_of_what_the_journey_crosses(shop: str, problems: Problems) -> None:
    aside = "  aside: {owner: web, image: a, ports: {http: 1}}\nstores:"
    text = shop.replace("stores:", aside, 1)
    found = problems(text + "  aside: {service: aside, availability: 90}\n")
    assert "ST3104" not in {each.code for each in found}


def test_st3105_a_team_that_cannot_be_reached(shop: str, problems: Problems) -> None:
    text = shop.replace('data: {chat: "#data"}', "data: {}")
    found = only(problems(text), "ST3105")
    assert at(found) == line_of(text, "  data: {}")


def test_st3105_is_silent_about_a_team_that_owns_nothing(shop: str, problems: Problems) -> None:
    assert problems(shop.replace("  data: {chat", "  idle: {}\n  data: {chat")) == ()


def test_st3106_outage_alerts_that_may_page_too_late(shop: str, problems: Problems) -> None:
    text = shop + "targets:\n  rto: 4h\n  fault_to_page: 30s\n"
    found = only(problems(text), "ST3106")
    assert at(found) == line_of(text, "fault_to_page: 30s")
    assert found.severity is Severity.WARNING
    slower = shop + "alerting: {group_wait: 40s}\n"
    assert "ST3106" in {each.code for each in problems(slower)}


def test_st3108_a_journey_that_waits_for_longer_than_a_page_may_take(
    shop: str, problems: Problems
) -> None:
    steps = "      - get: /\n        until: {json: {$.a: b}, within: 30s}"
    text = shop.replace("      - get: /", steps)
    found = only(problems(text), "ST3108")
    assert at(found) == line_of(text, "within: 30s")
    # 10 s of work and 30 s of waiting, two runs at one a second, and the way from there to the page
    assert "after 85 s" in found.summary
    assert "by 25 s" in found.cure
    assert problems(f"{text}targets: {{fault_to_page: 85s}}\n") == ()
    assert problems(text.replace("within: 30s", "within: 5s")) == ()


def test_st3107_an_slo_of_a_service_is_not_watched(shop: str, problems: Problems) -> None:
    text = shop + "  api: {service: api, availability: 99.95}\n"
    found = only(problems(text), "ST3107")
    assert at(found) == line_of(text, "service: api, availability")
    assert found.severity is Severity.WARNING
    assert "the service api" in found.summary


def test_st3201_a_mute_time_of_nobody(shop: str, problems: Problems) -> None:
    text = shop + "alerting:\n  mute:\n    nights:\n      teams: [web, dtaa]\n"
    found = only(problems(text), "ST3201")
    assert at(found) == line_of(text, "teams: [web, dtaa]")
    assert found.severity is Severity.ERROR
    assert "'dtaa'" in found.summary


@pytest.mark.parametrize(
    ("section", "line"),
    [
        ("alerting:\n  hodl: 10s\n", "  hodl"),
        ("monitoring:\n  retenttion: 10d\n", "  retenttion"),
        ("alerting:\n  mute:\n    nights: {severity: ticket, day: [monday]}\n", "nights"),
    ],
)
def test_st1301_an_unknown_key_of_a_section(
    shop: str, problems: Problems, section: str, line: str
) -> None:
    found = only(problems(shop + section), "ST1301")
    assert at(found) == line_of(shop + section, line)


@pytest.mark.parametrize(
    ("section", "line"),
    [
        ("alerting:\n  minimum_requests: 0\n", "minimum_requests"),
        ("alerting:\n  mute:\n    nights: {severity: page}\n", "nights"),
        ("monitoring:\n  series_budget: 0\n", "series_budget"),
        ("alerting:\n  mute:\n    nights:\n      times: [8pm-9pm]\n", "times"),
        ("alerting:\n  mute:\n    nights:\n      times: ['20:00']\n", "times"),
        ("alerting:\n  mute:\n    nights:\n      times: ['20:00-07:00']\n", "times"),
        ("alerting:\n  mute:\n    nights:\n      times: ['20:60-24:00']\n", "times"),
        ("alerting:\n  mute:\n    nights:\n      weekdays: [sonntag]\n", "weekdays"),
        ("alerting:\n  mute:\n    nights:\n      weekdays: ['friday:monday']\n", "weekdays"),
    ],
)
def test_st1308_a_value_of_a_section_that_cannot_be_read(
    shop: str, problems: Problems, section: str, line: str
) -> None:
    found = only(problems(shop + section), "ST1308")
    assert at(found) == line_of(shop + section, line)
    assert found.severity is Severity.ERROR


@pytest.mark.parametrize(
    ("section", "code", "summary"),
    [
        ("hold: soon", "ST1306", "alerting.hold is "),
        ("hold: 5", "ST1305", "alerting.hold is 5, without a unit"),
        ("mute: {n: {timezone: Berlin}}", "ST1310", 'timezone is "Berlin", not a time zone'),
    ],
)
def test_a_quantity_of_a_section_is_told_like_any_other_of_the_file(
    shop: str, problems: Problems, section: str, code: str, summary: str
) -> None:
    found = only(problems(f"{shop}alerting: {{{section}}}\n"), code)
    assert summary in found.summary
    assert found.cure.startswith("write ")
    assert "see `seatrial explain alerting." in found.cure


def test_a_section_that_is_no_mapping_is_a_problem_not_a_crash(
    shop: str, problems: Problems
) -> None:
    for text in ("alerting: soon\n", "alerting: [hold]\n", "monitoring: 5\n"):
        assert [each.code for each in problems(shop + text)] == ["ST1308"]
