"""What the sink received, as observations of a drill."""

import json

from seatrial.capabilities.alerting.declare import SINK
from seatrial.contract.scenario import Watch
from seatrial.contract.timeline import Observation, Timeline

FIRING, RESOLVED = "firing", "resolved"
ANSWER = "answer"  # the kind of an observation that the sink told what it has
FORGOTTEN = "older arrivals are only in its journal"


def parse(at: float, body: bytes) -> tuple[Observation, ...]:
    """Each arrival is a `page` about its alert, stamped when the sink received it.

    `text` is `firing` or `resolved`; labels `channel`, `receiver` and `valid` are the sink's. Each
    answer is an `answer` at the instant of the poll; its text says what it lacks, or is empty.
    """
    told = json.loads(body)
    lacks = "" if told["complete"] else FORGOTTEN
    answer = Observation(at=at, source=SINK, kind=ANSWER, subject=SINK, text=lacks)
    pages = (
        Observation(
            at=each["at"],
            source=SINK,
            kind="page",
            subject=each["alertname"] or "",
            id=str(each["id"]),
            text=each["status"],
            labels={
                **{key: str(value) for key, value in each["labels"].items()},
                "channel": each["channel"],
                "receiver": each["receiver"] or "",
                "valid": "yes" if each["valid"] else "; ".join(map(str, each["faults"])),
            },
        )
        for each in told["arrivals"]
    )
    return (*pages, answer)


def unseen(timeline: Timeline) -> str:
    """Why the last word of the sink is no whole one, as a sentence; empty where it is.

    Each answer holds everything since the drill began, so that one good poll makes up for all that
    failed before it.
    """
    answers = timeline.of(source=SINK, kind=ANSWER)
    refusals = timeline.of(source=SINK, kind="unreachable")
    if refusals and (not answers or refusals[-1].at >= answers[-1].at):
        since = f" since {len(refusals)} polls" if not answers else " at the end"
        return f"the sink could not be asked{since}: {refusals[-1].text}"
    if not answers:
        return "the sink was never asked"
    return f"the sink does not know all: {answers[-1].text}" if answers[-1].text else ""


WATCH = Watch(name=SINK, workload=SINK, port="http", path="/arrivals?since=${since}", parse=parse)
