"""Which importer reads a set of files, judged by what stands in them.

The table is the one place where an importer is registered: a row has its name, what a document of
its kind looks like, and the function that reads the texts. More specific rows come first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from seatrial.system.importers import compose, kubernetes, openapi
from seatrial.system.importers.compose.project import Find
from seatrial.system.importers.documents import read_documents
from seatrial.system.importers.sketch import Sketch
from seatrial.system.problem import Place, Problem
from seatrial.system.tree import Node

Texts = Mapping[str, str]
Read = Callable[[Texts, Find], Sketch | tuple[Problem, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """A kind of file: its name for people, what its documents look like, and its reader."""

    name: str
    looks: Callable[[Node], bool]
    read: Read


def _has(node: Node, key: str) -> bool:
    return node.child(key) is not None


def _is_manifest(node: Node) -> bool:
    return _has(node, "apiVersion") and _has(node, "kind")


def _is_api(node: Node) -> bool:
    return _has(node, "openapi") or _has(node, "swagger")


def _is_project(node: Node) -> bool:
    if _is_manifest(node) or _is_api(node) or _has(node, "seatrial"):
        return False
    if _has(node, "services") or _has(node, "include"):
        return True
    # the first format of Compose: services at the top
    return any(_has(each, "image") or _has(each, "build") for each in (node.entries or {}).values())


def _compose(texts: Texts, find: Find) -> Sketch | tuple[Problem, ...]:
    # The machine's own environment takes no part: the same files give the same result everywhere,
    # and nothing of whoever runs this is copied.
    return compose.sketch(texts, environ={}, find=find)


def _kubernetes(texts: Texts, find: Find) -> Sketch | tuple[Problem, ...]:
    del find  # manifests name no other files
    return kubernetes.sketch(texts)


def _openapi(texts: Texts, find: Find) -> Sketch | tuple[Problem, ...]:
    del find  # references into other files are told as losses
    return openapi.sketch(texts)


_MANIFESTS = Importer(name="Kubernetes manifests", looks=_is_manifest, read=_kubernetes)
IMPORTERS: tuple[Importer, ...] = (
    _MANIFESTS,
    Importer(name="an OpenAPI document", looks=_is_api, read=_openapi),
    Importer(name="a Compose project", looks=_is_project, read=_compose),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """An importer, and the texts that are of its kind."""

    importer: Importer
    texts: Texts


def recognise(texts: Texts) -> Recognised | tuple[Problem, ...]:
    """The importer of these texts, and those that it reads; problems where there is none.

    Of several kinds the one with most files is taken. A text whose YAML is broken counts for none;
    where there is no other, its problems are told.
    """
    kinds: dict[str, dict[str, str]] = {}
    problems: list[Problem] = []
    for path, text in texts.items():
        if kubernetes.needs_rendering({path: text}):  # perhaps no YAML yet: its reader says how
            kinds.setdefault(_MANIFESTS.name, {})[path] = text
            continue
        documents = read_documents(text, path)
        if documents.broken:
            problems += documents.problems
            continue
        importer = next(
            (each for each in IMPORTERS if any(each.looks(root) for root in documents.roots)), None
        )
        if importer is not None:
            kinds.setdefault(importer.name, {})[path] = text
    if not kinds:
        return tuple(problems) or (_nothing(texts),)
    most = max(kinds.values(), key=len)
    importer = next(each for each in IMPORTERS if kinds.get(each.name) is most)
    return Recognised(importer=importer, texts=most)


def _nothing(texts: Texts) -> Problem:
    place = Place(next(iter(texts)), 1, 1) if texts else None
    return Problem(
        "ST1701",
        place,
        "nothing here is a Compose project, a Kubernetes manifest or an OpenAPI document",
        "name the file or folder that has one",
    )
