"""The declared journeys as the prober runs them, and the counters that it exposes.

The prober is the user's stand-in: it drives each journey at a fixed rate, open model, and its
counters are what the SLOs are judged by. In a rehearsal it is the load, too.
"""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from seatrial.capabilities.metrics import browsed
from seatrial.capabilities.metrics.asked import Spot
from seatrial.contract.declaration import Check, Declarations, Window
from seatrial.contract.output import File, Origin, Probe, Workload
from seatrial.contract.placeholder import PATTERN
from seatrial.system.journey import WATCH_RATE
from seatrial.system.model import Journey, Service, Step, System
from seatrial.system.probing import INTAKE, PROBER, entries, outside, token
from seatrial.system.scheme import scheme, secure

NAME = PROBER
PORTS = {"http": 8080}
REHEARSAL_RATE = 5.0  # journeys a second: enough for every ratio, light on a laptop
LONGEST = 3600.0  # seconds of waiting: of longer runs too few end for an alert to judge by
RUNS = 64, 1000  # that may be under way at once: always, and where runs wait for long
# How often a step that waits asks again, in seconds: long waits more rarely, so that runs that all
# wait are not a load of their own.
EVERY, TIMES = 0.2, 50
PLAN = "journeys.json"
# The buckets of the prober's durations in seconds: what a latency can be held to.
EDGES = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0)


def rate(journey: Journey, *, rehearsal: bool, regions: int = 1) -> float:
    """Runs a second: never more than the declared peak, nor than can be under way at once.

    A rehearsal's are shared by the `regions` that look, and where each looks at several entries by
    those: three times the load would be a rehearsal of another system. A browser walks no oftener
    there than elsewhere.
    """
    wanted = journey.pace
    if rehearsal and not journey.browser:
        wanted = max(WATCH_RATE, REHEARSAL_RATE / regions)
        if journey.peak is not None:
            wanted = min(wanted, journey.peak.per_second)
    return min(wanted, RUNS[1] / journey.longest)


def workload(
    spot: Spot, system: System, *, rehearsal: bool, owner: str, declared: Declarations
) -> Workload:
    """The prober with its plan, and the variables that services are given: it is traced, too."""
    plan: dict[str, object] = {
        "journeys": [
            planned
            for name, each in system.journeys.items()
            if rehearsal or not each.undeclared  # what was not declared safe is not sent to users'
            for planned in _journey(
                name, each, system, spot, rehearsal=rehearsal, windows=declared.windows
            )
        ]
    }
    if declared.checks:
        plan["checks"] = [spot.asks(each) for each in declared.checks]
    text = json.dumps(plan, indent=1) + "\n"
    home = _home(spot, system)
    secrets = (*_secrets(text), *home.secrets)
    why = "the journeys, step by step, and their rates"
    return Workload(
        name=spot.name,
        region=spot.region,
        origin=Origin.DAEMON,
        argv=(
            "python",
            "-m",
            "seatrial.daemons.prober",
            "--host=${self.address}",
            "--port=${self.ports.http}",
            f"--plan=${{self.dir}}/{PLAN}",
            *browsed.words(system),
            *(("--drills",) if rehearsal else ()),
            *home.words,
        ),
        files=(File(path=PLAN, text=text, why=why, secret=bool(_secrets(text))), *home.files),
        # one name in traces, wherever it stands
        env={each.name: each.value(NAME, owner, spot.placement) for each in declared.variables},
        secrets=secrets,
        ports=PORTS,
        ready=Probe(port="http", path="/readyz", deadline=30),
        reload="HUP",
        after=tuple(dict.fromkeys((*_before(system, declared, spot), *home.after))),
        owner=owner,
        why="runs every journey as a user would, and counts how it went",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Home:
    """What a prober that sends home is run with besides."""

    words: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    secrets: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def _home(spot: Spot, system: System) -> _Home:
    """Of one that a rehearsal runs in the place of one outside: it sends home as that would."""
    if spot.name not in outside(system):
        return _Home()
    secret = token(system, spot.region)
    told = {
        "url": f"https://{spot.placement.endpoint(INTAKE, 'https')}",
        "place": spot.region,
        "ca": f"http://{spot.placement.endpoint(INTAKE, 'http')}/ca.pem",
        "token": "token",
        "stand_in": True,
    }
    return _Home(
        words=("--home=${self.dir}/home.json",),
        files=(
            File(path="home.json", text=json.dumps(told) + "\n", why="where it sends its results"),
            File(path="token", text=f"${{secret.{secret}}}", why="what it shows", secret=True),
        ),
        secrets=(secret,),
        after=(INTAKE,),
    )


def carried(
    system: System,
    reach: Mapping[str, str],
    checks: Iterable[Check],
    *,
    rehearsal: bool,
    run: tuple[str, ...],
    windows: tuple[Window, ...] = (),
) -> str:
    """The plan that a prober outside is given: each journey from the URL that users know.

    `reach` has that URL for each service that one begins at; of several entries (in the regions
    `run`) it counts for the first. Checks of the file's own services are
    not asked there: which of them can be reached from outside is not known.
    """
    plan: dict[str, object] = {
        "journeys": [
            {
                "name": name,
                **_first(entries(system, each.start, run)),
                "bases": [reach[each.start]],
                "rate": rate(each, rehearsal=False),
                **_bounds(each, rate(each, rehearsal=False)),
                **_closed(name, windows, rehearsal=rehearsal),
                # a rehearsal's certificates may be signed by anybody
                **({"verify": False} if rehearsal else {}),
            }
            for name, each in system.journeys.items()
            if rehearsal or not each.undeclared
        ]
    }
    asked = [
        {
            "name": each.name,
            "kind": each.kind,
            "targets": [each.target],
            "every_s": each.every,
            "timeout_s": each.timeout,
            **each.settings,
        }
        for each in checks
        if not each.workload
    ]
    return json.dumps({**plan, **({"checks": asked} if asked else {})}, indent=1) + "\n"


def _first(found: Mapping[str, str]) -> Mapping[str, str]:
    region = next(iter(found))
    return {"entry": region} if region else {}


def _before(system: System, declared: Declarations, spot: Spot) -> Iterator[str]:
    """What it looks at; it starts when that is there."""
    for each in system.journeys.values():
        yield from walked(system, each, spot).values()
    yield from (each.workload for each in declared.checks if each.workload)


def _secrets(text: str) -> tuple[str, ...]:
    """The secrets that steps send along, as a header's key."""
    prefix = "secret."
    named = (each.removeprefix(prefix) for each in PATTERN.findall(text) if each.startswith(prefix))
    return tuple(dict.fromkeys(named))


def walked(system: System, journey: Journey, spot: Spot) -> Mapping[str, str]:
    """Where a prober begins the journey: at each entry, by its region (""; where there is one).

    One outside knows the address that users know, which leads to the first.
    """
    found = entries(system, journey.start, spot.run)
    return dict([next(iter(found.items()))]) if spot.name in outside(system) else found


def _journey(
    name: str,
    journey: Journey,
    system: System,
    spot: Spot,
    *,
    rehearsal: bool,
    windows: tuple[Window, ...],
) -> Iterator[Mapping[str, object]]:
    """It from each entry: users of a region whose own is broken do not get another one's pages."""
    start = system.services[journey.start]
    port = next(iter(spot.placement.of(journey.start)[0].ports))
    shared = spot.regions * len(entries(system, journey.start, spot.run))
    runs = rate(journey, rehearsal=rehearsal, regions=shared)
    for region, workload in walked(system, journey, spot).items():
        yield {
            "name": name,
            **({"entry": region} if region else {}),
            "bases": [f"{scheme(port)}://{each}" for each in spot.reaches(workload, port)],
            **(_encrypted(start, rehearsal=rehearsal) if secure(port) else {}),
            "rate": runs,
            **_bounds(journey, runs),
            **_closed(name, windows, rehearsal=rehearsal),
        }


def _closed(journey: str, windows: tuple[Window, ...], *, rehearsal: bool) -> Mapping[str, object]:
    """When it is not walked. A rehearsal's must not depend on the day on which it is proven."""
    spans = [list(one) for each in windows if each.concerns(journey) for one in each.spans]
    return {"maintenance": spans} if spans and not rehearsal else {}


def _bounds(journey: Journey, runs: float) -> Mapping[str, object]:
    """The steps of a journey that runs so often a second, and what bounds them."""
    return {
        "timeout_s": journey.longest,
        **_walk(journey, runs),
        **({"cleanup": [_step(each) for each in journey.cleanup]} if journey.cleanup else {}),
    }


def _walk(journey: Journey, runs: float) -> Mapping[str, object]:
    """The steps, and how many runs that all wait to their end may be under way."""
    most = math.ceil(runs * journey.longest)
    if journey.browser:
        acts = [browsed.act(each) for each in journey.browser]
        return {"max_in_flight": min(browsed.PAGES, most + 1), "acts": acts}
    return {
        # one more must not count as a failure
        "max_in_flight": min(RUNS[1], max(RUNS[0], most)),
        "steps": [_step(each) for each in journey.steps],
    }


def _encrypted(start: Service, *, rehearsal: bool) -> Mapping[str, object]:
    """The name that the service is asked for, and whether its certificate is judged by it."""
    asked: dict[str, object] = {"verify": verified(start, rehearsal=rehearsal)}
    return {"host": start.hostname, **asked} if start.hostname is not None else asked


def verified(service: Service, *, rehearsal: bool) -> bool:
    """Whether who asks over TLS judges the certificate.

    Not in a rehearsal, where anybody may sign it, nor while it is not known what name it is for.
    """
    return service.hostname is not None and not rehearsal


def _step(step: Step) -> Mapping[str, object]:
    found: dict[str, object] = {"method": step.method, "path": step.path}
    if step.json_ is not None:
        found["json"] = step.json_
    if step.headers:
        found["headers"] = dict(step.headers)
    expect: dict[str, object] = {}
    if step.expect.status is not None:
        expect["status"] = step.expect.status
    if step.expect.json_:
        expect["json"] = dict(step.expect.json_)
    if step.expect.body is not None:
        expect["contains"] = step.expect.body
    if expect:
        found["expect"] = expect
    if step.keep:
        found["keep"] = dict(step.keep)
    if step.until is not None:
        found["until"] = {
            "json": dict(step.until.json_),
            "within_s": step.until.within.seconds,
            "every_s": max(EVERY, step.until.within.seconds / TIMES),
        }
    return found
