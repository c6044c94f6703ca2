"""Workloads as Kubernetes manifests: one file a workload, in the order of the plan. Pure.

What keeps data that must outlive it is a StatefulSet with a claim, what is on each host a
DaemonSet, all else a Deployment. What stands beside one replica of another becomes a container of
that one's pod. Placeholders stand for what the cluster must already have: the Secret of the
system, and images that no registry has.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from seatrial.contract.engine import Engine
from seatrial.contract.output import File, Kind, Origin, Workload
from seatrial.engines.objects import Home, Object, manifest
from seatrial.runtimes.kubernetes.pod import SELF, Images, Member, members, quantity, spec
from seatrial.runtimes.shared import wanted
from seatrial.runtimes.shared.wanted import Wanted

FILES = "seatrial.dev/files"  # a digest: pods are replaced when a file of theirs differs
CLAIM = 8 << 30  # bytes asked for where a durable volume names no size
_KINDS = {Kind.SERVICE: "Deployment", Kind.HOST: "DaemonSet", Kind.JOB: "Job"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifests:
    """The files of a system's workloads, and the images that they name."""

    files: tuple[File, ...]
    images: tuple[Wanted, ...]


def manifests(workloads: tuple[Workload, ...], engines: Iterable[Engine], home: Home) -> Manifests:
    """One file of manifests for each workload."""
    known = {each.name: each for each in engines}
    found = wanted.wanted(workloads, known, home.system)
    names = {name: reference(each) for each in found for name in each.workloads}
    images = Images(
        by_workload=names,
        daemons=reference(wanted.of_daemons()),
        calls={name: each.calls for name, each in known.items()},
    )
    there = {each.name for each in workloads}
    beside: dict[str, tuple[Workload, ...]] = {}
    for each in workloads:
        if each.beside in there:
            beside[each.beside] = (*beside.get(each.beside, ()), each)
    files = tuple(
        manifest(f"{each.name}.yaml", each.why, _objects(each, beside, images, home))
        for each in workloads
    )
    return Manifests(files=files, images=found)


def reference(image: Wanted) -> str:
    """What a pod calls an image: the official one, else that under which it is made here, or ""."""
    if image.official:
        return image.official
    if not image.repository:
        return ""
    tag = version("seatrial") if image.name == wanted.DAEMONS else "latest"
    return f"{image.repository}:{tag}"


def _objects(
    work: Workload, beside: Mapping[str, tuple[Workload, ...]], images: Images, home: Home
) -> list[Object]:
    found: list[Object] = []
    team = members(work, beside.get(work.name, ()), images, home)
    data = team[0].files.data()
    if data:
        found.append(home.made("v1", "ConfigMap", team[0].files.map, of=work.name, data=data))
    pods = work.beside or work.name
    if work.ports:
        found.append(home.service(work.name, work.ports, home.one(pods)))
    if not work.beside:
        found.append(_controller(work, team, images, home))
    return found


def _controller(work: Workload, team: tuple[Member, ...], images: Images, home: Home) -> Object:
    labels = home.one(work.name)
    pod = spec(team, home=home, daemons=images.daemons, spread=labels)
    digest = _digest([each.files.data() for each in team])
    metadata: dict[str, Any] = {"labels": dict(labels)}
    if digest:
        metadata["annotations"] = {FILES: digest}
    template = {"metadata": metadata, "spec": pod}
    if work.kind is Kind.JOB:
        pod["restartPolicy"] = "OnFailure"
        return home.made("batch/v1", "Job", work.name, spec={"template": template})
    described: dict[str, Any] = {} if work.kind is Kind.HOST else {"replicas": work.replicas}
    if team[0].kept:
        described["serviceName"] = work.name
    elif work.origin is Origin.STORE:  # two at a time would each have half of what is kept
        described["strategy"] = {"type": "Recreate"}
    described |= {"selector": {"matchLabels": dict(labels)}, "template": template}
    if team[0].kept:
        described["volumeClaimTemplates"] = [_claim(work)]
        return home.made("apps/v1", "StatefulSet", work.name, spec=described)
    return home.made("apps/v1", _KINDS[work.kind], work.name, spec=described)


def _claim(work: Workload) -> Object:
    size = sum(each.size or CLAIM for each in work.volumes)
    return {
        "metadata": {"name": SELF},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": quantity(size)}},
        },
    }


def _digest(data: list[dict[str, str]]) -> str:
    if not any(data):
        return ""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]
