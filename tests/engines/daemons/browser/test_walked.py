"""A journey in a real Chromium: what goes well, and what each kind of break is called."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from typing import Any

import httpx
from shop import ACTS, PASSWORD, Site

Until = Callable[[Callable[[], Any]], Any]
STEPS = ("open /login", "fill e-mail", "fill password", "click sign in", "click order")


def told(site: Site, method: str) -> list[tuple[str, str]]:
    """Trace and span of each request to the page of signing in, as the browser told them."""
    asked = [each.split("-") for how, path, each in site.asked if (how, path) == (method, "/login")]
    assert all(version == "00" for version, *_ in asked)
    return [(trace, span) for _, trace, span, _ in asked]


def test_it_is_walked_and_counted_as_every_journey(look: Any, site: Site, until: Until) -> None:
    here = look(site.url)
    until(lambda: here.runs("ok") >= 2)
    assert all(here.steps(each, "ok") >= 2 for each in STEPS)
    assert here.counted("journey_duration_seconds_count") >= 2
    assert here.counted("prober_succeeded_total") >= 2
    # what it kept is taken back by an ordinary request, and the trace goes along
    assert until(lambda: site.deleted)[0] == "/orders/4711"
    parents = told(site, "POST")
    assert len({trace for trace, _ in parents}) == len(parents)  # a trace each run
    # one for all of its steps, a span each; a run of a slow machine may have begun and not come far
    begun = dict(told(site, "GET"))
    assert {trace for trace, _ in parents} <= begun.keys()
    assert all(begun[trace] != span for trace, span in parents)
    assert here.counted("journey_last_success_timestamp_seconds") > 0


def test_a_thing_that_is_gone_names_its_step(look: Any, site: Site, until: Until) -> None:
    site.button = "<script>console.error('no button for', 'correct-horse-staple')</script>"
    here = look(site.url, acts=[{**each, "within_s": 2} for each in ACTS])
    until(lambda: here.steps("click sign in", "unexpected") >= 2)
    assert here.steps("fill password", "ok") >= 2
    assert here.runs("ok") == 0 < here.runs("unexpected")
    said = until(here.said)[0]
    assert said["fault"] == 'click sign in: nothing on the page is button "Sign in"'
    assert said["page"] == f"{site.url}/login"
    assert said["console"] == ["no button for ***"]  # what was filled in is nobody's to read
    picture = here.folder / "b/failed/sign-in.png"
    assert said["picture"] == str(picture)
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert stat.S_IMODE(picture.stat().st_mode) == 0o600
    assert here.left()["fault"] == said["fault"]
    assert PASSWORD not in json.dumps(here.left()) + here.daemon.text("/metrics") + json.dumps(said)
    # mended, it goes well again, and that is told once
    site.button = "<button>Sign in</button>"
    until(lambda: here.runs("ok") >= 1)
    until(lambda: [each["outcome"] for each in here.said()][:2] == ["unexpected", "ok"])


def test_an_error_after_a_click_is_the_clicks(look: Any, site: Site, until: Until) -> None:
    site.refuses = True
    here = look(site.url)
    until(lambda: here.steps("click sign in", "failed") >= 1)
    assert until(here.said)[0]["fault"] == f"click sign in: {site.url}/login answered 500"
    assert here.runs("failed") >= 1


def test_a_page_that_never_loads_ends_at_its_time(look: Any, site: Site, until: Until) -> None:
    site.hangs.set()
    here = look(site.url, acts=[{**each, "within_s": 1} for each in ACTS])
    until(lambda: here.steps("open /login", "timeout") >= 1)
    assert until(here.said)[0]["fault"] == "open /login: not done within 1 s"
    assert here.counted("prober_answered_total") == 0  # nobody answered: a region may be blind
    assert here.counted("prober_ended_total") >= 1


def test_a_run_that_never_ends_is_ended(look: Any, site: Site, until: Until) -> None:
    site.hangs.set()
    here = look(site.url, acts=[{**each, "within_s": 60} for each in ACTS], timeout_s=1.5)
    until(lambda: here.runs("timeout") >= 1)
    fault = until(here.said)[0]["fault"]
    assert fault == "open /login: the run was not done within 1.5 s"


def test_nobody_answers(look: Any, until: Until) -> None:
    here = look("http://127.88.4.4:8099", rate=1)
    until(lambda: here.runs("refused") >= 1)
    assert until(here.said)[0]["fault"] == "open /login: ERR_CONNECTION_REFUSED"
    assert here.counted("prober_answered_total") == 0


def test_a_dialog_stops_nobody_and_is_told(look: Any, site: Site, until: Until) -> None:
    site.home = "<script>alert('Cookies?'); confirm('Really?')</script>"
    here = look(site.url)
    until(lambda: here.runs("ok") >= 1)
    site.home += "<script>document.querySelector('h1').remove()</script>"
    until(lambda: here.runs("unexpected") >= 1)
    told = next(each for each in until(here.said) if each["fault"])
    assert told["dialogs"] == ["alert: Cookies?", "confirm: Really?"]
    assert told["fault"] == 'click sign in: heading "Orders" is not seen within 5 s'


def test_nothing_is_expected_and_the_journey_is_led_elsewhere(
    look: Any, site: Site, until: Until
) -> None:
    """What drills do: the assertion removed, the detour."""
    site.home = "<script>document.querySelector('h1').remove()</script>"
    here = look(site.url, "--drills", acts=[{**each, "within_s": 2} for each in ACTS])
    until(lambda: here.steps("click sign in", "unexpected") >= 1)
    asked = {"journey": "sign-in", "step": "click sign in", "on": False}
    assert here.daemon.post("/assertion", asked).status_code == httpx.codes.OK
    until(lambda: here.runs("ok") >= 1)
    here.daemon.post("/detour", {"journey": "sign-in", "base": "http://127.88.4.4:8099"})
    until(lambda: here.steps("open /login", "refused") >= 1)
