"""Files that are no manifests yet: templates of Helm and input of Kustomize, with how to render."""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence

from seatrial.system.importers.cursor import Account, Cursor
from seatrial.system.problem import Place, Problem
from seatrial.system.tree import Node

_HELM = re.compile(
    r"\{\{[^}]{0,400}?(\.Values\b|\.Release\.|\.Chart\.|\.Capabilities\.|\.Files\.|"
    r"\binclude\s+[\"`(]|\btoYaml\b|\bnindent\b)"
)
_ANY = re.compile(r"\{\{|\{%")
_KUSTOMIZE = ("kustomization.yaml", "kustomization.yml", "kustomization")
# Rendered ConfigMaps and rules may speak Go's template language to others.
_FOREIGN = frozenset({"ConfigMap", "Secret", "PrometheusRule", "AlertmanagerConfig", "Template"})


def needs_rendering(files: Mapping[str, str]) -> bool:
    """Whether some of the files are templates of Helm, a chart, or input of Kustomize.

    For whoever chooses an importer: such files belong to this one, which says how to render them,
    although they may be no YAML or name no kind.
    """
    return any(
        posixpath.basename(name.replace("\\", "/")).lower() in {*_KUSTOMIZE, "chart.yaml"}
        or _HELM.search(text) is not None
        for name, text in files.items()
    )


def helm_sources(files: Mapping[str, str], problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """The problems of texts that did not parse; a template's is that it is one."""
    told = []
    for problem in problems:
        name = "" if problem.place is None else problem.place.file
        match = _HELM.search(files.get(name, ""))
        other = _ANY.search(files.get(name, ""))
        if match is not None:
            told.append(_helm(name, files[name], match.start()))
        elif other is not None and problem.code.startswith("ST11"):
            told.append(
                Problem(
                    "ST1721",
                    problem.place,
                    "the file is a template, not a manifest",
                    "render it with the tool that it is written for, and name what comes out",
                )
            )
        else:
            told.append(problem)
    return tuple(told)


def unrendered(files: Mapping[str, str], roots: Sequence[Node]) -> Iterator[Problem]:
    """Problems for files that parse, and still must be rendered: at most one a file."""
    # Looked for once a file, not once a document.
    suspects = {name for name, text in files.items() if _HELM.search(text)}
    told: set[str] = set()
    account = Account()
    for root in roots:
        top = account.open(root)
        if root.file in told:
            continue
        problem = (
            _kustomize(top) or _parameters(top) or (_quoted(top) if root.file in suspects else None)
        )
        if problem is not None:
            told.add(root.file)
            yield problem


def _kustomize(top: Cursor) -> Problem | None:
    file = top.place.file
    version = top.at("apiVersion").text
    named = posixpath.basename(file.replace("\\", "/")).lower() in _KUSTOMIZE
    of_kind = top.at("kind").text == "Kustomization" and "kustomize.config" in version
    if not of_kind and not (named and "toolkit.fluxcd" not in version):
        return None
    folder = posixpath.dirname(file.replace("\\", "/")) or "."
    return Problem(
        "ST1722",
        top.place,
        "the file tells Kustomize how to put manifests together, and is no manifest itself",
        f"run kubectl kustomize {folder} > rendered.yaml and name rendered.yaml alone",
    )


def _parameters(top: Cursor) -> Problem | None:
    """OpenShift's Template, whose objects hold references to its parameters."""
    if top.at("kind").text != "Template" or not top.at("objects"):
        return None
    return Problem(
        "ST1721",
        top.place,
        "the file is a template of OpenShift, not a manifest",
        f"run oc process --local -f {top.place.file} -o yaml > rendered.yaml and name "
        "rendered.yaml alone",
    )


def _quoted(top: Cursor) -> Problem | None:
    """A template whose expressions stand in quotes, so that it is YAML as well."""
    waiting: list[Cursor] = [top]
    while waiting:
        at = waiting.pop()
        if at.at("kind").text in _FOREIGN:
            continue
        waiting += list(at.below())
        if _HELM.search(at.text):
            return _helm_at(at.place)
    return None


def _helm(file: str, text: str, offset: int) -> Problem:
    before = text[:offset]
    line = before.count("\n") + 1
    return _helm_at(Place(file, line, offset - (before.rfind("\n") + 1) + 1))


def _helm_at(place: Place) -> Problem:
    path = place.file.replace("\\", "/")
    folder, found, _ = path.partition("templates/")
    chart = (folder.rstrip("/") or ".") if found else "CHART"
    return Problem(
        "ST1721",
        place,
        "the file is a template of a Helm chart, not a manifest",
        f"run helm template NAME {chart} > rendered.yaml and name rendered.yaml alone",
    )
