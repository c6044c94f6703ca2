"""Logs: whether they fill the disk, are thrown away, or are found when they are needed."""

from collections.abc import Iterator
from typing import Any

from seatrial.review.lines import compose, manifest
from seatrial.review.products import Kind
from seatrial.review.risk import Risk
from seatrial.review.rule import Rule, Seen, missing, seen
from seatrial.review.subject import Source, Subject

_OPTIONS = {"max-size": "10m", "max-file": "3"}
_REMOTE = frozenset(
    {"gelf", "fluentd", "syslog", "awslogs", "gcplogs", "splunk", "journald", "loki"}
)


def _driver(logging: dict[str, str] | object) -> str:
    return str(logging.get("driver", "json-file")) if isinstance(logging, dict) else "json-file"


def _rotation(subject: Subject) -> Iterator[Seen]:
    for each in subject.containers:
        if each.logging is None:
            yield seen(each, "", f"the log of {each.name} grows until the disk is full")
        elif _driver(dict(each.logging)) == "json-file" and not any(
            "max-size" in key for key in each.logging
        ):
            yield seen(each, "logging", f"the log of {each.name} is never rotated: no max-size")


def _rotated(_subject: Subject, found: Seen) -> dict[str, Any]:
    """Bounds for the default driver; an option that is written keeps its value."""
    written = (found.container.logging if found.container is not None else None) or {}
    options = {key: value for key, value in _OPTIONS.items() if key not in written}
    return {"logging": {"driver": "json-file", "options": options}}


def _thrown(subject: Subject) -> Iterator[Seen]:
    for each in subject.containers:
        if each.logging is not None and _driver(dict(each.logging)) == "none":
            yield seen(each, "logging", f"the log of {each.name} is thrown away")


def _collected(subject: Subject) -> Iterator[Seen]:
    remote = any(
        _driver(dict(each.logging)).partition("/")[0] in _REMOTE
        for each in subject.containers
        if each.logging is not None
    )
    if not remote and not subject.has(Kind.LOGS, Kind.SHIPPER):
        yield missing(subject, "nothing here collects logs: each is searched by hand, on its host")


_COLLECTOR = {
    "services": {
        "victoria-logs": {"image": "victoriametrics/victoria-logs:VERSION"},
        "vector": {
            "image": "timberio/vector:VERSION",
            "volumes": ["./vector.yaml:/etc/vector/vector.yaml:ro"],
        },
    }
}

RULES = (
    Rule(
        id="A0901",
        title="no log rotation",
        requirements=("R05.2",),
        risk=Risk.MEDIUM,
        because="A chatty service fills the disk, and then the database stops.",
        text="Docker's default driver keeps everything for ever. The driver `local` rotates by "
        "itself and is not meant, nor is one that sends logs away. `--fix` writes 10 MB and three "
        "files. The engine's own configuration (`daemon.json`) may rotate; these files do not "
        "show it.",
        looks=_rotation,
        cures={Source.COMPOSE: compose(_rotated, safe=True)},
    ),
    Rule(
        id="A0902",
        title="logs that are thrown away",
        requirements=("R05.2",),
        risk=Risk.MEDIUM,
        because="After an incident nobody can say what happened.",
        text="The logging driver is `none`.",
        looks=_thrown,
        cures={Source.COMPOSE: compose(_rotated)},
    ),
    Rule(
        id="A0903",
        title="nothing collects logs",
        requirements=("R05.1", "R05.2"),
        risk=Risk.MEDIUM,
        because="Logs die with their container, and nobody searches ten hosts at night.",
        text="No log store, no collector and no remote logging driver is among the containers. "
        "An agent on the host or the cluster is not seen: write an exception that says which.",
        looks=_collected,
        cures={
            Source.COMPOSE: manifest(_COLLECTOR),
            Source.KUBERNETES: manifest(
                {"kind": "DaemonSet", "metadata": {"name": "vector", "namespace": "logging"}},
                note="from the collector's own chart",
            ),
        },
    ),
)
