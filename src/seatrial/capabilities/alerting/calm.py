"""What a timeline must show where nobody may be paged: no page, on a way that carries pages. Pure.

Silence is no proof of quiet. Two things show that a page would have come: the watchdog, which is
outside of it all, heard the alerting path's own beat to the end; and a canary, an alert of each
team that the drill itself posts once all is over, reached the team on every channel.
"""

import json
from itertools import accumulate, pairwise

from seatrial.capabilities.alerting.declare import WATCHDOG
from seatrial.capabilities.alerting.judges import Wanted, by_channel, pages, uncalled
from seatrial.contract.arrivals import FIRING, unseen
from seatrial.contract.scenario import Figure, Judge, Judgement, State, Watch
from seatrial.contract.timeline import Observation, Timeline

BEAT = "beat"
BEAT_GAP = 30.0  # seconds between two beats that the watchdog heard: one is lost, not two


def beats(_at: float, body: bytes) -> tuple[Observation, ...]:
    """The beats that the watchdog heard lately, each at the instant at which it heard it.

    All of them, because nobody may have asked for a while: a restart that takes long, for one.
    """
    told = json.loads(body)
    if told["last_beat"] is None:
        return ()
    ages = accumulate(reversed(told["gaps"]), initial=0.0)
    return tuple(
        Observation(
            at=told["last_beat"] - age,
            source=WATCHDOG,
            kind="sample",
            subject=BEAT,
            id=f"{BEAT}/{told['beats'] - number}",
            value=1.0,
        )
        for number, age in enumerate(ages)
    )


BEATS = Watch(name="beats", workload=WATCHDOG, port="http", path="/status", parse=beats, every=2.0)


def quiet(canaries: tuple[Wanted, ...], *, at_least: float = 0.0) -> Judge:
    """No page arrives while the drill lasts, with the whole way of a page seen to be alive.

    `at_least`: seconds for which something must have been watched. `canaries` are the pages that
    the drill itself asks for at the end.
    """
    among = tuple(each.labels for each in canaries)

    def judge(timeline: Timeline, now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        start = timeline.step("inject")
        if start is None:
            return Judgement(state=State.PENDING, reason="nothing was injected yet")
        came = [
            each
            for each in pages(timeline, FIRING)
            if each.at >= start and uncalled(each, timeline, among)
        ]
        count = len({(each.subject, each.labels.get("service")) for each in came})
        figures = (Figure(name="pages", value=count, unit="", target=0, bound="=="),)
        if came:
            first = came[0]
            about = first.labels.get("service", "")
            reason = f"{first.subject} of {about} paged {first.at - start:.0f} s in"
            return Judgement(state=State.BROKEN, reason=reason, figures=figures)
        blind = (
            _short(start, now, at_least)
            or unseen(timeline)
            or _beatless(timeline, start, now)
            or _unreached(canaries, timeline)
        )
        if blind:
            state = State.BLIND if over else State.PENDING
            return Judgement(state=state, reason=blind, figures=figures)
        return Judgement(state=State.MET, reason=f"no page in {now - start:.0f} s", figures=figures)

    return judge


def _short(start: float, now: float, at_least: float) -> str:
    return f"watched for {now - start:.0f} s only" if now - start < at_least else ""


def _beatless(timeline: Timeline, start: float, now: float) -> str:
    heard = [each.at for each in timeline.of(source=WATCHDOG) if each.subject == BEAT]
    moments = [start, *(each for each in heard if each > start), now]
    gap = max(after - before for before, after in pairwise(moments))
    return f"the watchdog heard no beat for {gap:.0f} s" if gap > BEAT_GAP else ""


def _unreached(canaries: tuple[Wanted, ...], timeline: Timeline) -> str:
    """Why it was not seen that a page would have come; empty where each canary came."""
    if not canaries:
        return "there is nobody whom a page could reach"
    for each in canaries:
        begun = each.begun(timeline)
        if begun is None:
            return "no canary was sent to show that a page would come"
        arrived = by_channel(each, timeline, FIRING, begun)
        missing = [channel for channel in each.channels if channel not in arrived]
        if missing:
            return f"a canary did not reach {each.receiver} by {', '.join(missing)}"
    return ""
