"""A plan for Kubernetes: all manifests of one namespace, and a page that says how to use them.

Pure. What runs there is not seatrial's to start yet: the user applies the files.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from seatrial.app import registry
from seatrial.contract.output import File, Workload
from seatrial.engines.objects import Home
from seatrial.runtimes.kubernetes import asks_for_replica, manifests, reference
from seatrial.runtimes.shared.wanted import Kind, Wanted
from seatrial.system.codes import CodeDoc
from seatrial.system.model import System
from seatrial.system.problem import Problem, Severity

FOLDER = "manifests"
PAGE = "README.md"
_LONGEST = 52  # of a StatefulSet's name: its pods' labels add to it, and a label has 63 characters
_WHERE = (
    "The manifests are for the namespace `{}`, and for a cluster in which the Prometheus Operator "
    "(0.85 or newer) watches it. docs/kubernetes.md of seatrial says what is in them, and why."
)
_IMAGES = (
    "Those without a registry in their name are made by `seatrial images build`: push them to one "
    "that the cluster can reach, and replace their names."
)
CODES = {
    "ST1801": CodeDoc(
        "a name too long for Kubernetes",
        "Kubernetes makes names and labels of pods from a workload's name, and allows them 63 "
        "characters. An exporter adds its own word to the name of what it watches.",
        "Give the service or store a shorter name.",
    ),
    "ST1802": CodeDoc(
        "an image that no registry has",
        "The service is built from a Dockerfile. A cluster runs what it can pull, and the "
        "manifests name the image as `seatrial images build` makes it.",
        "Push the image to your registry and write its name as `image`, best by digest; or replace "
        "it where the manifests are applied (`kustomize edit set image`).",
    ),
    "ST1803": CodeDoc(
        "a file that asks for its replica",
        "`${self.replica}` stands in a file. All pods of a workload are given one ConfigMap, and "
        "none is numbered in it.",
        "Pass it as a variable or in `run`: there it becomes the pod's name.",
    ),
    "ST1804": CodeDoc(
        "an environment that the file does not have",
        "`--environment` names one that is not under `environments`.",
        "Name one of those, or add it.",
    ),
    "ST1805": CodeDoc(
        "a service without an image",
        "The service has only `run`, which starts it on a plain machine. A cluster runs images.",
        "Add `image`, best by digest, or `build`.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Every manifest with the page about them, and what could not be said in them."""

    objects: tuple[File, ...]
    problems: tuple[Problem, ...]


def made(
    system: System,
    namespace: str,
    workloads: tuple[Workload, ...],
    objects: Iterable[File],
    secrets: Iterable[str],
) -> Made:
    """The manifests of a system's workloads, and the objects that capabilities rendered."""
    home = Home(system=system.name, namespace=namespace)
    found = manifests(workloads, registry.engines(), home)
    apart = (replace(each, path=f"monitoring/{each.path}") for each in objects)
    all_ = [replace(each, path=f"{FOLDER}/{each.path}") for each in (*found.files, *apart)]
    page = File(
        path=PAGE,
        text=_page(home, tuple(secrets), found.images),
        why="what the cluster must have, and the order in which to apply the rest",
    )
    return Made(
        objects=(page, *all_),
        problems=(
            *_names(system, workloads),
            *_built(system, found.images),
            *_numbered(system, workloads),
            *_imageless(system, found.images),
        ),
    )


def _warned(
    system: System, code: str, path: tuple[str, ...], summary: str, cure: str, **more: Any
) -> Problem:
    return Problem(code, system.place(*path), summary, cure, **more)


def _path(system: System, workload: str) -> tuple[str, ...]:
    """Where the file says the workload, or what it watches."""
    for section, names in (("services", system.services), ("stores", system.stores)):
        for name in names:
            if workload == name or workload.startswith(f"{name}-exporter"):
                return section, name
    return ()


def _names(system: System, workloads: Iterable[Workload]) -> Iterator[Problem]:
    for each in workloads:
        if len(each.name) > _LONGEST:
            summary = f"the workload {each.name} has {len(each.name)} characters in its name"
            cure = f"shorten it: Kubernetes takes {_LONGEST} at most here"
            yield _warned(system, "ST1801", _path(system, each.name), summary, cure)


def _built(system: System, images: Iterable[Wanted]) -> Iterator[Problem]:
    for each in images:
        if each.kind is Kind.BUILD:
            names = ", ".join(each.workloads)
            yield _warned(
                system,
                "ST1802",
                ("services", each.workloads[0], "build"),
                f"the image of {names} is built here, and the manifests call it {reference(each)}",
                "push it to a registry of the cluster, and write its name as image",
                severity=Severity.WARNING,
            )


def _imageless(system: System, images: Iterable[Wanted]) -> Iterator[Problem]:
    for each in images:
        if not reference(each):
            (name,) = each.workloads
            summary = f"services.{name} has no image, and a cluster runs nothing else"
            cure = "add image, best by digest, or build"
            yield _warned(system, "ST1805", ("services", name), summary, cure)


def _numbered(system: System, workloads: Iterable[Workload]) -> Iterator[Problem]:
    for each in workloads:
        for file in each.files:
            if asks_for_replica(file.text):
                path = ("services", each.name, "files", file.path)
                summary = f"the file {file.path} of {each.name} asks for its replica"
                cure = "pass ${self.replica} as a variable, or in run"
                yield _warned(system, "ST1803", path, summary, cure)


def _page(home: Home, secrets: tuple[str, ...], images: tuple[Wanted, ...]) -> str:
    lines = [
        f"# {home.system} on Kubernetes",
        "",
        "Written by seatrial from seatrial.yaml; change that file, not these.",
        "",
        _WHERE.format(home.namespace),
        "",
        "```sh",
        f"kubectl create namespace {home.namespace}",
        *_secret(home, secrets),
        f"kubectl apply --server-side --recursive -f {FOLDER}/",
        "```",
        "",
        "## Images",
        "",
        _IMAGES,
        "",
        "| image | of |",
        "| --- | --- |",
        *(f"| `{reference(each)}` | {', '.join(each.workloads)} |" for each in images),
        "",
    ]
    return "\n".join(lines)


def _secret(home: Home, secrets: tuple[str, ...]) -> Iterator[str]:
    """The command that makes the Secret: one file for each value, so that none is typed."""
    if secrets:
        yield "# each value in a file without a line end, as printf %s writes it"
        yield f"kubectl -n {home.namespace} create secret generic {home.secrets} \\"
        for place, each in enumerate(secrets):
            more = "" if place == len(secrets) - 1 else " \\"
            yield f"  --from-file={each}=FILE-WITH-THE-VALUE-OF-{each}{more}"
