"""Limits: whether one container can take the machine from all others."""

from collections.abc import Iterator

from seatrial.review.lines import compose, container, service
from seatrial.review.risk import Risk
from seatrial.review.rule import Rule, Seen, seen
from seatrial.review.subject import Source, Subject

_MEASURE = "measure first: a limit below what it needs kills it; these figures are a beginning"


def _memory(subject: Subject) -> Iterator[Seen]:
    for each in subject.running():
        if each.bounds.memory is None:
            yield seen(each, "deploy.resources", f"{each.name} may use all memory")


def _cpu(subject: Subject) -> Iterator[Seen]:
    for each in subject.running():
        if each.bounds.cpu is None and each.bounds.cpu_request is None:
            yield seen(each, "deploy.resources", f"{each.name} may use every processor core")


def _pids(subject: Subject) -> Iterator[Seen]:
    for each in subject.running():
        if each.bounds.pids is None:
            yield seen(each, "", f"{each.name} may start any number of processes")


def _request(subject: Subject) -> Iterator[Seen]:
    for each in subject.running():
        if each.bounds.memory is None and each.bounds.memory_request is None:
            continue  # told by A0301
        if each.bounds.memory_request is None and each.bounds.cpu_request is None:
            yield seen(each, "", f"{each.name} asks for nothing, so any node seems big enough")


RULES = (
    Rule(
        id="A0301",
        title="no memory limit",
        requirements=("R14.2",),
        risk=Risk.HIGH,
        because="A leak in one container makes the kernel kill another one.",
        text="Nothing bounds the container's memory. When the machine's memory is used up the "
        "kernel chooses whom to kill, and often it is the database. Jobs are not meant. Limits "
        "are not written by `--fix`: nobody but a measurement knows the right figure.",
        looks=_memory,
        cures={
            Source.COMPOSE: compose(
                {"deploy": {"resources": {"limits": {"memory": "512M"}}}}, note=_MEASURE
            ),
            Source.KUBERNETES: container(
                {"resources": {"requests": {"memory": "256Mi"}, "limits": {"memory": "512Mi"}}},
                note=_MEASURE,
            ),
            Source.SEATRIAL: service({"limits": {"memory": "512MiB"}}, note=_MEASURE),
        },
    ),
    Rule(
        id="A0302",
        title="no CPU limit",
        requirements=("R14.2",),
        risk=Risk.LOW,
        because="One busy loop slows everything on the machine.",
        text="Nothing bounds or reserves the container's processor time. On Kubernetes a request "
        "is enough: a limit there is a matter of taste.",
        looks=_cpu,
        cures={
            Source.COMPOSE: compose(
                {"deploy": {"resources": {"limits": {"cpus": "1.0"}}}}, note=_MEASURE
            ),
            Source.KUBERNETES: container(
                {"resources": {"requests": {"cpu": "250m"}}}, note=_MEASURE
            ),
            Source.SEATRIAL: service({"limits": {"cpu": 1.0}}, note=_MEASURE),
        },
    ),
    Rule(
        id="A0303",
        title="no limit of processes",
        requirements=("R09.4", "R14.2"),
        risk=Risk.LOW,
        because="A fork bomb or a leak of processes stops the whole machine.",
        text="`pids_limit` (or `deploy.resources.limits.pids`) is not written. Kubernetes bounds "
        "processes per node and is not meant.",
        looks=_pids,
        cures={Source.COMPOSE: compose({"pids_limit": 256}, note=_MEASURE)},
    ),
    Rule(
        id="A0304",
        title="no requests beside limits",
        requirements=("R14.3",),
        risk=Risk.LOW,
        because="The scheduler guesses where the pod fits.",
        text="A limit is written, but no request. Kubernetes then takes the limit as the request, "
        "which reserves the peak for ever. A container without any bound has A0301.",
        looks=_request,
        cures={
            Source.KUBERNETES: container(
                {"resources": {"requests": {"memory": "256Mi", "cpu": "250m"}}}, note=_MEASURE
            )
        },
    ),
)
