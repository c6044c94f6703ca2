"""Which importer reads a set of files, judged by what stands in them.

The table is the one place where an importer is registered: a row has its name, what a document of
its kind looks like, and the function that reads the texts. More specific rows come first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from seatrial.system.importers import compose, kubernetes, openapi
from seatrial.system.importers.compose.project import Find
from seatrial.system.importers.documents import read_documents
from seatrial.system.importers.sketch import Sketch
from seatrial.system.problem import Place, Problem, Severity
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
    """An importer, the texts that are of its kind, and why others of importers are not among them.

    `passed` are warnings: files of another kind, and files that are broken.
    """

    importer: Importer
    texts: Texts
    passed: tuple[Problem, ...] = ()


def recognise(texts: Texts) -> Recognised | tuple[Problem, ...]:
    """The importer of these texts, and those that it reads; problems where there is none.

    Of several kinds the one with most files is taken, and the others are told. A text whose YAML is
    broken counts for none; its problems are told, as warnings where there is another.
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
    passed = [replace(each, severity=Severity.WARNING) for each in problems]
    passed += [
        _other(path, name, importer.name)
        for name, others in kinds.items()
        if others is not most
        for path in others
    ]
    return Recognised(importer=importer, texts=most, passed=tuple(passed))


def _other(path: str, kind: str, taken: str) -> Problem:
    return Problem(
        "ST1703",
        Place(path, 1, 1),
        f"another kind: {kind}, where most files are of {taken}",
        "import it by itself",
        Severity.WARNING,
    )


def beyond(path: str, bound: str) -> Problem:
    """The warning that a file took no part since the folder has more than is read at once."""
    summary = f"the most that is read of a folder {bound}"
    return Problem("ST1704", Place(path, 1, 1), summary, "name a smaller folder", Severity.WARNING)


def _nothing(texts: Texts) -> Problem:
    place = Place(next(iter(texts)), 1, 1) if texts else None
    return Problem(
        "ST1701",
        place,
        "nothing here is a Compose project, a Kubernetes manifest or an OpenAPI document",
        "name the file or folder that has one",
    )
