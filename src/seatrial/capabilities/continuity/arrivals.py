"""What arrived at whoever takes a rehearsal's messages, as observations of a drill."""

import json

from seatrial.contract.capability import Context
from seatrial.contract.scenario import Watch
from seatrial.contract.timeline import Observation, Timeline

SOURCE = "notices"
ARRIVED, ANSWER = "page", "answer"


def watch(context: Context) -> Watch:
    """Asked until all has come."""
    workload, port = context.declarations.arrivals
    return Watch(
        name=SOURCE, workload=workload, port=port, path="/arrivals?since=${since}", parse=parse
    )


def parse(at: float, body: bytes) -> tuple[Observation, ...]:
    """Each message is a `page` about its alert, stamped on its arrival; `text` is its first line.

    Labels `channel`, `receiver`, `status` and `wrong` (what is wrong with its form) are added to
    its own. Each answer is an `answer` at the instant of the poll, whose text says what it lacks.
    """
    told = json.loads(body)
    lacks = "" if told["complete"] else "it has forgotten some"
    answer = Observation(at=at, source=SOURCE, kind=ANSWER, subject=SOURCE, text=lacks)
    arrived = (
        Observation(
            at=each["at"],
            source=SOURCE,
            kind=ARRIVED,
            subject=each["alertname"] or "",
            id=str(each["id"]),
            text=each["summary"] or "",
            labels={
                **{key: str(value) for key, value in each["labels"].items()},
                "channel": each["channel"],
                "receiver": each["receiver"] or "",
                "status": each["status"],
                "wrong": "" if each["valid"] else "; ".join(map(str, each["faults"])),
            },
        )
        for each in told["arrivals"]
    )
    return (*arrived, answer)


def unseen(timeline: Timeline) -> str:
    """Why the last word on what arrived is no whole one; empty where it is."""
    answers = timeline.of(source=SOURCE, kind=ANSWER)
    refusals = timeline.of(source=SOURCE, kind="unreachable")
    if refusals and (not answers or refusals[-1].at >= answers[-1].at):
        return f"what arrived could not be asked for: {refusals[-1].text}"
    return answers[-1].text if answers else "nobody was asked what arrived"
