"""Workloads and their pods: where each kind keeps its pod, and which of them count."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from seatrial.system.importers.cursor import Cursor
from seatrial.system.importers.kubernetes.labels import labels
from seatrial.system.importers.kubernetes.names import Names
from seatrial.system.importers.kubernetes.objects import Object

_TEMPLATE = ("spec", "template")
# Beside Kubernetes' own: OpenShift's DeploymentConfig, Argo's Rollout, Knative's Service.
TEMPLATES: Mapping[str, tuple[str, ...]] = {
    "Deployment": _TEMPLATE,
    "StatefulSet": _TEMPLATE,
    "DaemonSet": _TEMPLATE,
    "ReplicaSet": _TEMPLATE,
    "ReplicationController": _TEMPLATE,
    "DeploymentConfig": _TEMPLATE,
    "Rollout": _TEMPLATE,
    "Job": _TEMPLATE,
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "Pod": (),
}
_SERVERLESS = "serving.knative.dev"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pod:
    """A workload with the pod that it makes; `name` is unique among all workloads."""

    thing: Object
    name: str
    template: Cursor
    labels: Mapping[str, str]

    @property
    def spec(self) -> Cursor:
        """The pod's `spec`."""
        return self.template.at("spec")

    @property
    def namespace(self) -> str:
        """Where it runs."""
        return self.thing.namespace


def is_workload(thing: Object) -> bool:
    """Whether the object makes pods."""
    return thing.kind in TEMPLATES or (thing.kind == "Service" and thing.group == _SERVERLESS)


def pods(things: Iterable[Object]) -> tuple[Pod, ...]:
    """The pods of every workload that is the user's own: no hooks, nothing that another owns."""
    mine = [thing for thing in things if is_workload(thing)]
    keys = {thing.key for thing in mine}
    kept = [thing for thing in mine if not _left_out(thing, keys)]
    names = dict(_names(kept))
    found = []
    for thing in kept:
        template = thing.at.at(*TEMPLATES.get(thing.kind, _TEMPLATE))
        found.append(
            Pod(
                thing=thing,
                name=names[thing.key],
                template=template,
                labels=labels(template.at("metadata", "labels")),
            )
        )
    return tuple(found)


def referred_by(thing: Object) -> tuple[str, str, str]:
    """The key of the workload whose pods Argo's Rollout runs; a key of nothing for all others."""
    at = thing.spec.at("workloadRef")
    if thing.kind != "Rollout" or not at:
        return ("", "", "")
    return (at.at("kind").text or "Deployment", thing.namespace, at.at("name").text)


def _left_out(thing: Object, keys: set[tuple[str, str, str]]) -> bool:
    if thing.hook:
        what = "a test" if "test" in thing.hook else f"a hook ({thing.hook})"
        thing.at.dropped(
            f"{what} of the release, which does not run with the system",
            "describe by hand what the system needs of it",
        )
        return True
    runs = referred_by(thing)
    if runs in keys:
        thing.spec.at("workloadRef").imported(f"it runs the pods of {runs[0]} {runs[2]}")
        return True
    for owner in thing.at.at("metadata", "ownerReferences").items:
        kind, name = owner.at("kind").text, owner.at("name").text
        if (kind, thing.namespace, name) in keys:
            thing.at.dropped(
                f"{kind} {name} made it, and is read instead", "nothing: this is no loss"
            )
            return True
    return False


def _names(kept: list[Object]) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Each workload's own name; where two share one, its namespace or its kind is added."""
    spaces: dict[str, set[str]] = {}
    for thing in kept:
        spaces.setdefault(thing.name, set()).add(thing.namespace)
    taken = Names()
    for thing in kept:
        name = thing.name
        if len(spaces[name]) > 1 and thing.namespace:
            name = f"{thing.namespace}-{name}"
        if name in taken:
            name = f"{name}-{thing.kind.lower()}"
        yield thing.key, taken.take(name)
