"""A fresh Prometheus with three days of healthy history at the prober's own pace.

A ten-minute-old Prometheus judges an hour's burn rate by ten minutes: one blip that days of
history rightly ignore would page. Only the counters that budgets are judged by are seeded; live
samples go on where the history ends.
"""

from seatrial.capabilities.metrics import journeys
from seatrial.capabilities.metrics.federation import centre
from seatrial.contract.capability import Context, Freshening
from seatrial.engines.prometheus import workload as prometheus
from seatrial.engines.prometheus.history import Counter, openmetrics
from seatrial.system.model import Journey
from seatrial.system.probing import entries, outside, probers, stationed
from seatrial.system.regions import home

DAYS = 3
STEP = 60.0
# promtool reads the whole text once a block: by its default of 2 h that is eight times slower
BLOCK = "54h"
_HISTORY = "history.om"
MARGIN = 60.0  # between the end of the history and now: the head block must not overlap it


def freshen(context: Context, now: float) -> tuple[Freshening, ...]:
    """Prometheus anew, in each region and at the centre; `now` in seconds since the epoch.

    And the probers, where journeys have a history: a counter that still bore the faults of the
    last drill would tell them all again at once, right after a history without any.
    """
    others = [centre.server(each, context) for each in context.regions[1:]]
    others += [centre.NAME] if centre.ours(context) else []
    fresh = (Freshening(workload=each, volume="data") for each in others)
    walking = stationed(context.system, rehearsal=context.rehearsal)
    counting = walking if context.system.journeys else ()
    return (_home(context, now), *fresh, *(Freshening(workload=each) for each in counting))


def _home(context: Context, now: float) -> Freshening:
    """Where the journeys are walked from: with the history of their counters."""
    counters = _counters(context)
    if not counters:
        return Freshening(workload=prometheus.NAME, volume="data")
    end = (now - MARGIN) // STEP * STEP
    text = openmetrics(counters, start=end - DAYS * 86400, end=end, step=STEP)
    load = (
        "promtool",
        "tsdb",
        "create-blocks-from",
        f"--max-block-duration={BLOCK}",
        "openmetrics",
        "--quiet",
        f"${{self.dir}}/{_HISTORY}",
        f"${{self.dir}}/{prometheus.DATA}",
    )
    return Freshening(
        workload=prometheus.NAME,
        volume="data",
        files=((_HISTORY, text),),
        commands=(load,),
        seeded=(
            f"{DAYS} days of healthy history for {len(context.system.journeys)} journeys"
            f" at the prober's {_paces(context)} runs a second, one sample every {STEP:.0f} s,"
            " were seeded"
        ),
    )


def _paces(context: Context) -> str:
    """How often the prober runs a journey: one figure, or the least and the most."""
    paces = [_pace(context, each) for each in context.system.journeys.values()]
    least, most = min(paces), max(paces)
    return f"{most:g}" if least == most else f"{least:g} to {most:g}"


def _pace(context: Context, journey: Journey) -> float:
    """Runs a second of each prober at each entry."""
    system = context.system
    shared = len(probers(system)) * len(entries(system, journey.start, context.regions))
    return journeys.rate(journey, rehearsal=context.rehearsal, regions=shared)


def _counters(context: Context) -> tuple[Counter, ...]:
    system = context.system
    first, away = home(system), outside(system)
    return tuple(
        counter
        for name, journey in system.journeys.items()
        for prober, region in probers(system).items()
        for number, entry in enumerate(entries(system, journey.start, context.regions))
        if not number or prober not in away  # those walk what leads to the first
        for counter in _of(
            {"journey": name, **({"entry": entry} if entry else {})},
            (prober, region or first),
            _pace(context, journey),
        )
    )


def _of(which: dict[str, str], stands: tuple[str, str], pace: float) -> list[Counter]:
    prober, region = stands
    labels = {**which, "region": region, "service": prober, "kind": "monitoring"}
    found = [
        Counter(
            name="journey_requests_total",
            labels={**labels, "outcome": outcome},
            per_second=pace if outcome == "ok" else 0.0,
        )
        for outcome in ("ok", "failed")
    ]
    found += [
        Counter(
            name="journey_duration_seconds_bucket",
            labels={**labels, "le": edge},
            per_second=pace,
        )
        for edge in (*map(str, journeys.EDGES), "+Inf")
    ]
    return found
