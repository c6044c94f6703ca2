"""From a Compose project's texts to a sketch, with a line of the ledger for all that is written."""

import posixpath
import re
from collections.abc import Collection, Mapping

from seatrial.system.fault import shown
from seatrial.system.importers.compose.keys import fate, known
from seatrial.system.importers.compose.project import (
    Find,
    Lookup,
    Project,
    environment,
    read_project,
)
from seatrial.system.importers.compose.service import read_service, without_secrets
from seatrial.system.importers.compose.variables import Context
from seatrial.system.importers.documents import written
from seatrial.system.importers.ledger import Ledger, unused
from seatrial.system.importers.sketch import Container, Fidelity, Sketch
from seatrial.system.problem import Place, Problem
from seatrial.system.tree import Node


def sketch(
    files: Mapping[str, str],
    *,
    environ: Mapping[str, str],
    profiles: Collection[str] | None = None,
    find: Find = lambda _path: None,
) -> Sketch | tuple[Problem, ...]:
    """What the project says; problems where its YAML breaks or it has no services.

    `files` are texts by path, the first laid under the others as `docker compose -f a -f b` does.
    `environ` feeds interpolation before `.env` does. `profiles` names those that are on; None
    takes every service. `find` gives a further file's text by its path (`.env`, what env_file,
    include and extends name), or None.
    """
    project = Project(find=find)
    project.files.update(files)
    paths = tuple(files)
    folder = posixpath.dirname(paths[0])
    lookup = environment(project, folder, environ)
    root = read_project(project, paths, lookup)
    if project.problems:
        return tuple(project.problems)
    services = root.child("services")
    if services is None or not services.entries:
        return (_no_services(root, services),)
    ledger, seen = project.ledger, set[str]()
    containers = []
    for name, node in services.entries.items():
        place = services.key_place(name)
        context = Context(
            text_of=project.text_of,
            lookup=lookup,
            ledger=ledger,
            folder=folder,
            service=name,
            seen=seen,
        )
        found = _service(name, node, place, context, profiles)
        if found is not None:
            containers.append(found)
            _default(node, name, (), ledger)
    if not containers:
        return (_no_services(root, services),)
    for key, node in (root.entries or {}).items():
        if key != "services":
            _default_top(key, node, root.key_place(key), ledger)
    kept = seen - _public(containers)
    clean = tuple(without_secrets(each, kept) for each in containers)
    places = [place for each in clean for place in each.places.values()]
    for entry in unused(project.roots, ledger.entries(), places):
        ledger.add(entry)
    return Sketch(
        source="compose",
        name=_name(root, folder, lookup),
        files=tuple(project.files),
        containers=clean,
        ledger=ledger.entries(),
    )


def _no_services(root: Node, services: Node | None) -> Problem:
    place = root.place if services is None else services.place
    return Problem(
        "ST1702",
        place,
        "the Compose project has no services",
        "name the file that has them under services",
    )


def _public(containers: list[Container]) -> set[str]:
    """Words that are no secret though somebody took one for a password: `postgres`, `app`.

    Hiding them everywhere would hide the names of hosts and users, and protect nothing.
    """
    found = {"password", "secret", "changeme", "example", "postgres", "rabbitmq"}
    for each in containers:
        found |= {each.name, *each.aliases, *re.split(r"[/:@.]", each.image)}
        found |= {one.value for one in each.variables if one.value and not one.secret}
    return found


def _name(root: Node, folder: str, lookup: Lookup) -> str:
    name = root.child("name")
    given = (written(name) if name is not None else None) or lookup("COMPOSE_PROJECT_NAME")
    return given or posixpath.basename(folder)


def _service(
    name: str, node: Node, place: Place, context: Context, profiles: Collection[str] | None
) -> Container | None:
    subject = f"services.{name}"
    if node.entries is None:
        context.ledger.tell(
            Fidelity.DROPPED, subject, place, "it is no mapping", "write image or build in it"
        )
        return None
    found = read_service(name, node, place, context)
    if profiles is not None and found.profiles and set(profiles).isdisjoint(found.profiles):
        context.ledger.tell(
            Fidelity.DROPPED, subject, place, "its profiles are off", "turn one of them on"
        )
        return None
    context.ledger.default(Fidelity.IMPORTED, subject, place, "becomes a service or a store")
    return found


def _default(node: Node, name: str, steps: tuple[str, ...], ledger: Ledger) -> None:
    """The table's line for everything below a service of which nothing else was told."""
    below: list[tuple[str, Node, Place]] = [
        (key, each, node.key_place(key)) for key, each in (node.entries or {}).items()
    ]
    below += [(str(at), each, each.place) for at, each in enumerate(node.items or ())]
    for key, each, where in below:
        own = (*steps, key)
        subject = ".".join(("services", name, *own))
        found, deeper = fate(own)
        if found is None:
            _unknown(own, subject, where, ledger)
        elif deeper and (each.entries or each.items):
            _default(each, name, own, ledger)
        else:
            ledger.default(found.fidelity, subject, where, found.summary, found.cure)


def _unknown(steps: tuple[str, ...], subject: str, place: Place, ledger: Ledger) -> None:
    key = steps[-1]
    if key.startswith("x-"):
        ledger.default(Fidelity.DROPPED, subject, place, "an extension, which Compose ignores")
        return
    cure = ledger.suggester.cure(key, known(steps[:-1]), "see whether Compose knows it")
    ledger.default(
        Fidelity.DROPPED, subject, place, f"Compose's specification has no key {shown(key)}", cure
    )


def _default_top(key: str, node: Node, place: Place, ledger: Ledger) -> None:
    found, _ = fate((key,), "top")
    if found is not None:
        for name in (
            (node.entries or {}) if key in {"secrets", "configs", "volumes", "networks"} else ()
        ):
            where = node.key_place(name)
            ledger.default(found.fidelity, f"{key}.{name}", where, found.summary, found.cure)
        ledger.default(found.fidelity, key, place, found.summary, found.cure)
        return
    if key.startswith("x-"):
        ledger.default(
            Fidelity.DROPPED, key, place, "an extension; what refers to its anchors has followed it"
        )
        return
    cure = ledger.suggester.cure(key, known((), "top"), "see whether Compose knows it")
    ledger.default(
        Fidelity.DROPPED, key, place, f"Compose's specification has no key {shown(key)}", cure
    )
