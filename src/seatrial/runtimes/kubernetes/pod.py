"""The pod of a workload: containers, volumes, probes, and what each may do.

Closed as far as Kubernetes's "restricted" profile asks, and more: no root user, no capability, a
root file system that is read-only, no token of the cluster. `/tmp` and `${self.dir}` can be
written. Format: the Kubernetes API reference, PodSpec.
"""

import math
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from seatrial.contract.output import Origin, Probe, Volume, Workload
from seatrial.engines.objects import NOBODY, POD_SECURITY, Home
from seatrial.runtimes.kubernetes.files import Files
from seatrial.runtimes.kubernetes.words import DIR, environment, in_command, in_probe
from seatrial.system.scheme import secure

SELF = "self"  # the volume of `${self.dir}`
_MEBI = 1 << 20
_ENGINE_MEMORY = 1024 * _MEBI  # where the workload asks for no limit of its own
_RESERVED = "64Mi"  # of an engine that may use more: enough for an idle exporter
_TMP = {"name": "tmp", "emptyDir": {"medium": "Memory", "sizeLimit": "64Mi"}}
_CLOSED: Mapping[str, Any] = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}
_PYTHON = {"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}
_STARTING = 2  # seconds between two questions while it starts
_READY = {"periodSeconds": 5, "timeoutSeconds": 3, "failureThreshold": 3}
_LIVE = {"periodSeconds": 10, "timeoutSeconds": 3, "failureThreshold": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Images:
    """The image of each workload, that of our daemons, and what programs are called in them."""

    by_workload: Mapping[str, str]
    daemons: str
    calls: Mapping[str, Mapping[str, str]]  # by engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One workload in a pod: the pod's own, or one that stands beside it."""

    work: Workload
    files: Files
    image: str
    calls: Mapping[str, str]
    kept: bool = False  # `${self.dir}` is a claim's, which outlives the pod

    @property
    def theirs(self) -> bool:
        """Whether the image is the user's: its user stays as the user made it."""
        return self.work.origin is Origin.SERVICE

    @property
    def security(self) -> dict[str, Any]:
        """What the container may do."""
        return {**_CLOSED} if self.theirs else {**_CLOSED, "runAsUser": NOBODY}

    def command(self, argv: tuple[str, ...]) -> list[str]:
        """The words, with the program as the image calls it."""
        words = in_command(argv, self.work)
        return [self.calls.get(words[0], words[0]), *words[1:]] if words else []

    def probe(self, one: Probe) -> dict[str, Any]:
        """How the kubelet asks."""
        if one.argv:
            words = in_probe(one.argv, self.work)
            return {"exec": {"command": [self.calls.get(words[0], words[0]), *words[1:]]}}
        port = self.work.ports[one.port]
        if one.path:
            asked = {"scheme": "HTTPS"} if secure(one.port) else {}
            return {"httpGet": {"path": one.path, "port": port, **asked}}
        return {"tcpSocket": {"port": port}}

    def volume(self, name: str) -> str:
        """The pod's name for a volume of this workload."""
        return f"{self.files.prefix}{name}"

    def volumes(self) -> list[dict[str, Any]]:
        """What the pod needs for the workload's folder, its volumes and its files."""
        found: list[dict[str, Any]] = []
        if not self.kept:
            found.append({"name": self.volume(SELF), "emptyDir": {}})
            found += [
                {"name": self.volume(each.name), "emptyDir": _limited(each.size)}
                for each in self._mounted()
            ]
        return [*found, *self.files.volumes()]

    def mounts(self) -> list[dict[str, Any]]:
        """Where the container finds them."""
        found: list[dict[str, Any]] = [
            {"name": self.volume(SELF), "mountPath": DIR},
            {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 - in the container
        ]
        for each in self._mounted():
            place: dict[str, Any] = {"name": self.volume(each.name)}
            if self.kept:
                place = {"name": self.volume(SELF), "subPath": each.path}
            found.append({**place, "mountPath": f"{DIR}/{each.path}"})
        return [*found, *self.files.mounts()]

    def _mounted(self) -> tuple[Volume, ...]:
        """Volumes that Kubernetes makes; what `prepare` fills must be its own user's folder."""
        return () if self.work.prepare else self.work.volumes


def members(
    work: Workload, beside: tuple[Workload, ...], images: Images, home: Home
) -> tuple[Member, ...]:
    """The workload and what stands beside each of its replicas."""
    return tuple(
        Member(
            work=each,
            files=Files(work=each, home=home, prefix="" if each is work else f"{each.name}-"),
            image=images.by_workload[each.name],
            calls=images.calls.get(each.engine, {}),
            kept=each is work and any(one.durable for one in each.volumes),
        )
        for each in (work, *beside)
    )


def spec(
    team: tuple[Member, ...], *, home: Home, daemons: str, spread: Mapping[str, str]
) -> dict[str, Any]:
    """The PodSpec of the first member's pod; `spread` are the labels of all its replicas."""
    main = team[0]
    before = [
        each
        for one in team
        for each in one.files.composing(daemons, {**_CLOSED, "runAsUser": NOBODY})
    ]
    before += _preparing(main, home)
    found: dict[str, Any] = {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": max(math.ceil(each.work.grace) for each in team),
        "securityContext": {
            **POD_SECURITY,
            "fsGroup": NOBODY,
            # each restart would else open PostgreSQL's folder to its group, which it refuses
            "fsGroupChangePolicy": "OnRootMismatch",
        },
    }
    if main.work.replicas > 1:
        found["topologySpreadConstraints"] = [
            {
                "maxSkew": 1,
                "topologyKey": "kubernetes.io/hostname",
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": dict(spread)},
            }
        ]
    if before:
        found["initContainers"] = before
    # a pod is ready when all its containers are: what only watches must not keep users away
    unasked = [replace(each, work=replace(each.work, ready=None)) for each in team[1:]]
    found["containers"] = [_container(each, home) for each in (main, *unasked)]
    return {**found, "volumes": [_TMP, *(each for one in team for each in one.volumes())]}


def _container(one: Member, home: Home) -> dict[str, Any]:
    work = one.work
    found: dict[str, Any] = {"name": work.name, "image": one.image}
    if work.argv:
        found["command"] = one.command(work.argv)
    variables = environment(work, home, _own_variables(one))
    if variables:
        found["env"] = variables
    if work.ports:
        numbers = sorted(set(work.ports.values()))
        found["ports"] = [{"containerPort": each, "protocol": "TCP"} for each in numbers]
    if work.ready is not None:
        asked = one.probe(work.ready)
        tries = max(1, math.ceil(work.ready.deadline / _STARTING))
        starting = {"periodSeconds": _STARTING, "timeoutSeconds": 3, "failureThreshold": tries}
        found["startupProbe"] = {**asked, **starting}
        found["readinessProbe"] = {**asked, **_READY}
    if work.live is not None:
        found["livenessProbe"] = {**one.probe(work.live), **_LIVE}
    resources = _resources(one)
    if resources:
        found["resources"] = resources
    found["securityContext"] = one.security
    found["volumeMounts"] = one.mounts()
    return found


def _own_variables(one: Member) -> dict[str, str]:
    """What is set beside the image's own and the workload's; nothing in an image of the user's."""
    if one.theirs:
        return {}
    own = {"HOME": DIR, "LANG": "C.UTF-8"}
    return own | (_PYTHON if one.work.origin is Origin.DAEMON else {})


def _resources(one: Member) -> dict[str, Any]:
    """What is asked for is what it may use, so that no neighbour takes it; engines need less."""
    limits: dict[str, str] = {}
    asked: dict[str, str] = {}
    wanted = one.work.resources
    if wanted.memory is not None:
        limits["memory"] = asked["memory"] = quantity(wanted.memory)
    elif not one.theirs:
        limits["memory"], asked["memory"] = quantity(_ENGINE_MEMORY), _RESERVED
    if wanted.cpu is not None:
        limits["cpu"] = asked["cpu"] = f"{round(wanted.cpu * 1000)}m"
    elif not one.theirs:
        asked["cpu"] = "10m"
    return {"requests": asked, "limits": limits} if asked else {}


def _preparing(one: Member, home: Home) -> list[dict[str, Any]]:
    """What runs before the first start: a shell that does it once, and leaves a mark where it did.

    Kubernetes runs a pod's first containers at every start. What one left that was killed in its
    middle is set aside: `initdb` takes no folder that holds anything.
    """
    if not one.work.prepare:
        return []
    mark, begun = f"{DIR}/.prepared", f"{DIR}/.preparing"
    folders = {each.name: f"{DIR}/{each.path}" for each in one.work.volumes}
    lines = [f"test ! -e {mark} || exit 0"]
    lines += [
        f"test ! -e {begun} || test ! -e {each} || mv {each} {DIR}/unprepared-{name}-`date +%s`"
        for name, each in folders.items()
    ]
    lines += [f": > {begun}", *(f"mkdir -p -m 0700 {each}" for each in folders.values())]
    lines += [shlex.join(one.command(each)) for each in one.work.prepare]
    return [
        {
            "name": "prepare",
            "image": one.image,
            "command": ["sh", "-ec", "\n".join([*lines, f": > {mark}"])],
            "env": environment(one.work, home, _own_variables(one)),
            "securityContext": one.security,
            "volumeMounts": one.mounts(),
        }
    ]


def _limited(size: int | None) -> dict[str, str]:
    return {} if size is None else {"sizeLimit": quantity(size)}


def quantity(size: int) -> str:
    """Bytes as Kubernetes writes them: whole mebibytes where they are."""
    return f"{size // _MEBI}Mi" if size % _MEBI == 0 else str(size)
