"""What manifests say and `seatrial.yaml` does not: read into the sketch, and lost from there on.

The readers of manifests report into the sketch, which a review uses whole. What is derived of it
has fewer words; here each line that says "imported" of something unwritten is put right.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from seatrial.system.importers.podwide import fates
from seatrial.system.importers.sketch import Container, Entry, Fidelity, Sketch
from seatrial.system.problem import Place

_STAYS = "keep the manifest beside it"
_POD = r"\.(?:containers|initContainers)\.\d+\."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loss:
    """What becomes of the lines whose subject matches."""

    subject: re.Pattern[str]
    summary: str
    cure: str = _STAYS
    fidelity: Fidelity = Fidelity.DROPPED


_LOSSES = (
    _Loss(
        subject=re.compile(r"(?:Cron)?Job/[^.]+.*\.kind"),
        summary="runs as a service; seatrial has no word for what runs to its end",
        cure="take it out of services if it must not run all the time, and keep its manifest",
        fidelity=Fidelity.APPROXIMATED,
    ),
    _Loss(
        subject=re.compile(r"DaemonSet/[^.]+.*\.kind"),
        summary="runs as a service as often as its scale says, not once on each node",
        cure="take it out of services if it serves the nodes, and keep its manifest",
        fidelity=Fidelity.APPROXIMATED,
    ),
    _Loss(
        subject=re.compile(r"CronJob/.*\.spec\.schedule"),
        summary="a service runs all the time: nothing starts it at a time",
    ),
    _Loss(
        subject=re.compile(r".*\.restartPolicy"),
        summary="what is started again, and when, is the runtime's part",
        cure="nothing: whatever ends is started again",
    ),
    _Loss(
        subject=re.compile(r".*\.(?:securityContext\b.*|hostNetwork|hostPID|hostIPC)"),
        summary="what holds a container in is not described",
    ),
    _Loss(
        subject=re.compile(r".*\.(?:volumeMounts|volumeDevices|volumes)\.\d+.*"),
        summary="volumes are not described",
        cure="what keeps data belongs in stores; else keep the manifest beside it",
    ),
    _Loss(
        subject=re.compile(r".*\.resources\.requests\b.*"),
        summary="what is set aside for it is not described; limits are",
    ),
    _Loss(
        subject=re.compile(rf".*{_POD}(?:command|args)"),
        summary="the command of an image is not described",
    ),
    _Loss(
        subject=re.compile(rf".*{_POD}\w+Probe\.(?:exec|tcpSocket|grpc)\b.*"),
        summary="not asked: health is a page that is asked by HTTP",
        cure="offer a page such as /readyz and write it as health.ready",
    ),
)
_PROBE = re.compile(r"\.(readiness|liveness|startup)Probe\.")
_KEPT = re.compile(r"\.(?:name|image|resources\.limits\..*)$")
_HEALTH = {"readiness": "ready", "liveness": "live"}


def settled(
    sketch: Sketch,
    entries: tuple[Entry, ...],
    names: Mapping[str, str],
    document: Mapping[str, Any],
) -> tuple[Entry, ...]:
    """The lines of a sketch of manifests, none imported that the derived document has not.

    `names` are the document's names by container; a container without one became nothing.
    """
    if sketch.source != "kubernetes":
        return entries
    owners = tuple(_owners(sketch, entries))
    wide = fates(sketch, names, document)
    found = []
    for each in entries:
        fate, owner = wide.get(each.place), _owner(each, owners)
        if each.fidelity is Fidelity.DROPPED:
            found.append(each)
        elif fate is not None:
            found.append(
                replace(each, fidelity=fate.fidelity, summary=fate.summary, cure=fate.cure)
            )
        elif each.fidelity is Fidelity.IMPORTED:
            found.append(_settled(each, owner, names, document))
        else:
            found.append(_of_store(each, owner, names, document))
    return tuple(found)


def _owners(sketch: Sketch, entries: tuple[Entry, ...]) -> Iterator[tuple[str, str, Container]]:
    """Containers with the file and the beginning of the subjects of what they say themselves."""
    at: dict[Place, str] = {
        each.place: each.subject for each in entries if each.subject.endswith(".image")
    }
    for container in sketch.containers:
        subject = at.get(container.where("image"), "")
        if subject:
            yield container.place.file, subject.removesuffix("image"), container


def _owner(entry: Entry, owners: tuple[tuple[str, str, Container], ...]) -> Container | None:
    """Whose a line is; the nearest before it where two objects have one name."""
    found = [
        container
        for file, prefix, container in owners
        if file == entry.place.file and entry.subject.startswith(prefix)
    ]
    before = [each for each in found if each.place <= entry.place]
    return max(before or found, key=lambda each: each.place, default=None)


def _settled(
    entry: Entry, owner: Container | None, names: Mapping[str, str], document: Mapping[str, Any]
) -> Entry:
    if owner is not None and owner.name not in names:
        return _lost(entry, "belongs to what ends before the others start", "nothing: as above")
    for loss in _LOSSES:
        if loss.subject.fullmatch(entry.subject):
            return replace(entry, fidelity=loss.fidelity, summary=loss.summary, cure=loss.cure)
    if owner is None:
        return entry
    service = document.get("services", {}).get(names[owner.name], {})
    probe = _PROBE.search(entry.subject)
    if service and probe and not _asked(owner, probe[1], service):
        return _lost(
            entry, "health has no place for this check", "write health.ready or health.live"
        )
    return _of_store(entry, owner, names, document)


def _of_store(
    entry: Entry, owner: Container | None, names: Mapping[str, str], document: Mapping[str, Any]
) -> Entry:
    """What a container says itself is lost where it became a store, but for what a store has."""
    name = "" if owner is None else names.get(owner.name, "")
    if name not in document.get("stores", {}) or _KEPT.search(entry.subject):
        return entry
    return _lost(
        entry,
        "a store is run by its engine's own recipe, with a user and a password of its own",
        "see `seatrial explain stores` for what can be said of it",
    )


def _asked(owner: Container, probe: str, service: Mapping[str, Any]) -> bool:
    """Whether the service's health asks what the probe did."""
    key = _HEALTH.get(probe, "")
    page = service.get("health", {}).get(key)
    return any(check.kind == key and check.path == page for check in owner.checks)


def _lost(entry: Entry, summary: str, cure: str) -> Entry:
    return replace(entry, fidelity=Fidelity.DROPPED, summary=summary, cure=cure)
