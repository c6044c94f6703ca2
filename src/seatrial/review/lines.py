"""Cures in the words of each source: Compose, Kubernetes manifests, seatrial.yaml."""

from collections.abc import Callable, Mapping
from typing import Any

from seatrial.review.cure import Cure, Edit, block
from seatrial.review.rule import Cures, Seen
from seatrial.review.subject import Source, Subject
from seatrial.system.importers.sketch import Container

Value = Mapping[str, Any] | Callable[[Subject, Seen], Mapping[str, Any]]
_SERVICE_KINDS = {"store": "stores"}


def _value(value: Value, subject: Subject, seen: Seen) -> Mapping[str, Any]:
    return value(subject, seen) if callable(value) else value


def compose(
    value: Value, *, note: str = "", safe: bool | Callable[[Container], bool] = False
) -> Cures:
    """Keys of a service of a Compose file. `safe`: whether `--fix` may add them by itself."""

    def cure(subject: Subject, seen: Seen) -> Cure:
        keys = _value(value, subject, seen)
        path = ("services", seen.subject)
        edit = None
        judged = seen.container is not None and (safe(seen.container) if callable(safe) else safe)
        if judged and seen.container is not None:
            place = seen.container.place
            edit = Edit(file=place.file, path=path, value=keys, line=place.line)
        return Cure(lines=block({"services": {seen.subject: keys}}), note=note, edit=edit)

    return cure


def compose_file(value: Value, *, note: str = "") -> Cures:
    """Keys at the top of a Compose file."""

    def cure(subject: Subject, seen: Seen) -> Cure:
        return Cure(lines=block(_value(value, subject, seen)), note=note)

    return cure


def container(value: Value, *, note: str = "") -> Cures:
    """Keys of a container in a pod's template."""

    def cure(subject: Subject, seen: Seen) -> Cure:
        keys = _value(value, subject, seen)
        # Which key of the pod's list it is, is written as its name: the list may have others.
        inner = {"containers": [{"name": seen.subject.rpartition("/")[2], **keys}]}
        return Cure(lines=block({"spec": {"template": {"spec": inner}}}), note=note)

    return cure


def pod(value: Value, *, note: str = "") -> Cures:
    """Keys of a pod's template."""

    def cure(subject: Subject, seen: Seen) -> Cure:
        keys = _value(value, subject, seen)
        return Cure(lines=block({"spec": {"template": {"spec": keys}}}), note=note)

    return cure


def manifest(value: Value, *, note: str = "") -> Cures:
    """Keys at the top of a manifest, or a manifest of its own."""
    return compose_file(value, note=note)


def service(value: Value, *, note: str = "") -> Cures:
    """Keys of a service or store of seatrial.yaml."""

    def cure(subject: Subject, seen: Seen) -> Cure:
        kind = seen.container.kind if seen.container is not None else "service"
        section = _SERVICE_KINDS.get(kind, "services")
        keys = _value(value, subject, seen)
        return Cure(lines=block({section: {seen.subject: keys}}), note=note)

    return cure


def seatrial(value: Value, *, note: str = "") -> Cures:
    """Keys at the top of seatrial.yaml; for others' files, of the one that `init` writes."""

    def cure(subject: Subject, seen: Seen) -> Cure:
        lines = block(_value(value, subject, seen))
        other = subject.source is not Source.SEATRIAL
        return Cure(lines=f"# in seatrial.yaml\n{lines}" if other else lines, note=note)

    return cure
