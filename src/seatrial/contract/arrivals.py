"""What arrived at the sink, which takes a rehearsal's messages, as observations of a drill.

Every capability that sends messages looks at it, by one question that is asked once for all.
"""

import json

from seatrial.contract.action import Request
from seatrial.contract.scenario import Watch
from seatrial.contract.timeline import Observation, Timeline

SOURCE = "sink"  # of all that is told of them, whatever takes them is called
ARRIVED = "page"
FIRING, RESOLVED = "firing", "resolved"
ANSWER = "answer"  # the kind of an observation that the sink told what it has
FORGOTTEN = "older arrivals are only in its journal"


def parse(at: float, body: bytes) -> tuple[Observation, ...]:
    """Each arrival is a `page` about its alert, stamped when the sink received it.

    `text` is `firing` or `resolved`; labels `channel`, `receiver`, `summary` (its first line) and
    `valid` (`yes`, else what is wrong with its form) are the sink's. Each answer is an `answer` at
    the instant of the poll; its text says what it lacks, or is empty.
    """
    told = json.loads(body)
    lacks = "" if told["complete"] else FORGOTTEN
    answer = Observation(at=at, source=SOURCE, kind=ANSWER, subject=SOURCE, text=lacks)
    pages = (
        Observation(
            at=each["at"],
            source=SOURCE,
            kind=ARRIVED,
            subject=each["alertname"] or "",
            id=str(each["id"]),
            text=each["status"],
            labels={
                **{key: str(value) for key, value in each["labels"].items()},
                "channel": each["channel"],
                "receiver": each["receiver"] or "",
                "summary": each["summary"] or "",
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
    answers = timeline.of(source=SOURCE, kind=ANSWER)
    refusals = timeline.of(source=SOURCE, kind="unreachable")
    if refusals and (not answers or refusals[-1].at >= answers[-1].at):
        since = f" since {len(refusals)} polls" if not answers else " at the end"
        return f"the sink could not be asked{since}: {refusals[-1].text}"
    if not answers:
        return "the sink was never asked"
    return f"the sink does not know all: {answers[-1].text}" if answers[-1].text else ""


def watch(workload: str, port: str) -> Watch:
    """Asked what has arrived since the drill began."""
    path = "/arrivals?since=${since}"
    return Watch(name=SOURCE, workload=workload, port=port, path=path, parse=parse)


def deaf(workload: str, port: str, refused: object) -> Request:
    """The sink refuses what `refused` says, as its HTTP has it; the undo makes it hear again."""
    hear = Request(workload=workload, port=port, method="DELETE", path="/deaf")
    body = json.dumps(refused)
    return Request(workload=workload, port=port, method="POST", path="/deaf", body=body, undo=hear)
