"""Whom traces name for what is wrong, twenty times of each kind, at random places.

A copy of the reference system runs for real. Drill after drill, runs are looked at while all is
well, then while nothing is done, and then while one place after the other is struck for 7 s: a link
made slow, a statement made slow by a trigger in PostgreSQL, one replica of the api stopped and
continued by turns, a link that breaks connections. Places are drawn anew each time, by the seed.
What is asked, and how it is judged, is what `seatrial prove culprits` does: right is only who was
struck, named by the runs of a journey, while no journey's runs name anybody else.
`BENCH_DIAGNOSES` sets how many of each kind, `BENCH_SEED` the seed.
"""

import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.figures import verdict
from benchmarks.interruption import copied, seatrial
from seatrial.app.environment import open_runtime
from seatrial.app.interrupt import stopping
from seatrial.app.plan import plan
from seatrial.capabilities.tracing import culprits, watches
from seatrial.capabilities.tracing.course import QUIET
from seatrial.capabilities.tracing.places import Kind, Place, offered
from seatrial.capabilities.tracing.scenarios import course_of
from seatrial.contract.capability import Context
from seatrial.contract.runtime import Runtime
from seatrial.contract.scenario import Control, Expectation, Judge, State, settled
from seatrial.drills.run import Outcome
from seatrial.drills.run import run as drill
from seatrial.traces.peers import peers

EACH = int(os.environ.get("BENCH_DIAGNOSES", "20"))
SEED = int(os.environ.get("BENCH_SEED", "1"))
PER_DRILL = 1  # of each kind: what is compared lies close together
WRONG = 0.05  # share of a kind's places that may be named wrong, or not at all
NOBODY, UNKNOWN = "nobody", "unknown"
_TRIES = 4  # of a drill that finds no steady state: the machine is at something else
_MORE = 10  # drills more, for places of which an overloaded machine showed nothing


def run(each: int = EACH, seed: int = SEED) -> dict[str, Any]:
    """Each place that was struck, who was named, and how many of each kind were right."""
    chance = random.Random(seed)  # noqa: S311 - places, not secrets
    began = time.monotonic()
    # a SIGTERM, too, must leave nothing running
    with stopping(), tempfile.TemporaryDirectory(prefix="seatrial-bench-") as scratch:
        file = copied(Path(scratch), f"diagnosed-{os.getpid()}")
        try:
            seatrial(file, "up")
            runtime = open_runtime(file)
            context = plan(file, runtime).contexts["tracing"]
            found = list(_all(context, runtime, each, chance))
        finally:
            seatrial(file, "down", "--purge", "--yes", may_fail=True)
    return {
        "seed": seed,
        "seconds": round(time.monotonic() - began),
        "runs": found,
        "targets": [_verdict(found, kind) for kind in (*map(str, Kind), NOBODY)],
    }


def _all(
    context: Context, runtime: Runtime, each: int, chance: random.Random
) -> Iterator[dict[str, Any]]:
    """What became of each place; what could not be seen is struck again, a bounded time."""
    drills = list(_drills(context, each, chance))
    most = len(drills) + _MORE
    number = 0
    while number < len(drills):
        found = _drilled(context, runtime, number, drills[number])
        unseen = [place for place, one in zip((None, *drills[number]), found, strict=True)
                  if one["verdict"] == UNKNOWN]  # fmt: skip
        again = bool(unseen) and len(drills) < most
        if again:
            drills.append([one for one in unseen if one is not None])
        # the one that begins each drill comes again by itself
        yield from (one for one in found if one["verdict"] != UNKNOWN or not again)
        number += 1


def _drills(context: Context, each: int, chance: random.Random) -> Iterator[list[Place | None]]:
    """The places of each drill, None for none: every kind as often, each time in another order.

    A drill begins with a while in which nothing is done, beside those among its places.
    """
    bags = {kind: _bag(every, each, chance) for kind, every in offered(context).items()}
    for at in range(0, each, PER_DRILL):
        some = {kind: bag[at : at + PER_DRILL] for kind, bag in bags.items()}
        last = some.pop(Kind.CALLS)  # what failed is tried again for a while
        places: list[Place | None] = [one for own in some.values() for one in own]
        places += [None] * (min(PER_DRILL, each - at) - 1)
        chance.shuffle(places)
        yield [*places, *last]


def _bag(every: Sequence[Place], each: int, chance: random.Random) -> list[Place]:
    """So many of them at random: none a second time before all had their turn."""
    found: list[Place] = []
    while len(found) < each:
        found += chance.sample(every, len(every))
    return found[:each]


def _drilled(
    context: Context, runtime: Runtime, number: int, places: list[Place | None]
) -> list[dict[str, Any]]:
    """One drill: what each place of it, and the time without a fault, came to."""
    peer = peers(context.placement, frozenset((*context.system.services, *context.system.stores)))
    scenario = course_of(context, places)
    journeys = tuple(context.system.journeys)

    def expected(name: str, judge: Judge) -> Expectation:
        return Expectation(
            name=name,
            scenario=scenario.name,
            requirements=(),
            summary="",
            watches=tuple(watches.profiles(one, peer) for one in journeys),
            judge=judge,
            ripe=settled(judge),
            control=Control(defect="", actions=()),
        )

    wanted = [expected(f"{NOBODY}: ", culprits.nobody(journeys))]
    for index, one in enumerate(places, QUIET + 1):
        if one is None:
            wanted.append(expected(f"{NOBODY}: ", culprits.nobody(journeys, index)))
        else:
            spot = culprits.Spot(place=one, index=index)
            wanted.append(expected(f"{one.kind}: {one}", culprits.named([spot], SEED)))
    for _ in range(_TRIES):
        seen = drill(scenario, tuple(wanted), runtime, clock=time.time, sleep=time.sleep)
        if not seen.aborted:
            break
    found = [_told(number, one) for one in seen.outcomes]
    for one in found:
        print(f"drill {number}: {one['verdict']}: {one['kind']} {one['place']}: {one['told']}",
              file=sys.stderr, flush=True)  # fmt: skip
    return found


def _told(number: int, outcome: Outcome) -> dict[str, Any]:
    kind, _, place = outcome.expectation.name.partition(": ")
    words = {State.MET: "right", State.BROKEN: "wrong"}
    return {
        "drill": number,
        "kind": kind,
        "place": place,
        "verdict": words.get(outcome.judgement.state, UNKNOWN),
        "told": outcome.judgement.reason,
        "figures": {each.name: each.value for each in outcome.judgement.figures},
    }


def _verdict(found: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    """Those not named right; of them that could not be seen none counts as good."""
    own = [each for each in found if each["kind"] == kind]
    missed = sum(each["verdict"] != "right" for each in own)
    bound = 0 if kind == NOBODY else int(len(own) * WRONG)
    what = "named without a fault" if kind == NOBODY else f"{kind} not named right"
    return verdict(f"{what}, of {len(own)}", missed if own else None, bound)


def table(result: Mapping[str, Any]) -> str:
    """A row for each kind, and what was wrong."""
    lines = [
        "| what was wrong | times | named right | least share | least confidence |",
        "|---|---:|---:|---:|---:|",
    ]
    for kind in (*map(str, Kind), NOBODY):
        own = [each for each in result["runs"] if each["kind"] == kind]
        right = [each for each in own if each["verdict"] == "right"]
        least = [
            min((each["figures"][name] for each in right if name in each["figures"]), default=None)
            for name in ("least share", "least confidence")
        ]
        told = ("" if each is None else f"{each:g}" for each in least)
        lines.append(f"| {kind} | {len(own)} | {len(right)} | {' | '.join(told)} |")
    bad = [each for each in result["runs"] if each["verdict"] != "right"]
    if bad:
        lines += ["", "Not right:", ""]
        lines += [f"- {each['kind']}, {each['place']}: {each['told']}" for each in bad]
    lines += ["", f"{result['seconds']} s in all, seed {result['seed']}."]
    return "\n".join(lines)
