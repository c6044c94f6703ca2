"""How many pods run: what an autoscaler says, else what the workload says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from seatrial.system.importers.cursor import Cursor
from seatrial.system.importers.kubernetes.labels import selector
from seatrial.system.importers.kubernetes.objects import Object
from seatrial.system.importers.kubernetes.pods import Pod, referred_by
from seatrial.system.problem import Place

_KEDA_MOST = 100
_ALONE = frozenset({"Job", "CronJob", "DaemonSet", "Pod"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """What an autoscaler keeps the replicas between; `places` of its facts, as a container's."""

    least: int
    most: int
    by: str
    places: Mapping[str, Place]


Ranges = Mapping[tuple[str, str, str], Range]
"""The range of each workload that an autoscaler of the files names, by its key."""


def autoscaled(things: Iterable[Object], pods: Iterable[Pod]) -> Ranges:
    """The range of each workload that an autoscaler of the files names."""
    things, known = tuple(things), {pod.thing.key for pod in pods}
    found, referred = {}, {}
    for thing in things:
        key = referred_by(thing)
        if key in known:
            referred[thing.key] = key
            found[key] = _rolled(thing)
    for thing in things:
        if thing.kind not in {"HorizontalPodAutoscaler", "ScaledObject"}:
            continue
        target = thing.spec.at("scaleTargetRef")
        kind = target.at("kind").text or "Deployment"
        key = (kind, thing.namespace, target.at("name").text)
        key = referred.get(key, key)
        if key not in known:
            thing.spec.dropped(
                f"it scales {kind} {key[2]}, which is not among these files",
                "name the file of that workload, or correct the name",
            )
            continue
        target.imported(f"it scales {key[2]}")
        found[key] = _scaled(thing, target)
    return found


def _scaled(thing: Object, target: Cursor) -> Range:
    keda = thing.kind == "ScaledObject"
    least = thing.spec.at("minReplicaCount" if keda else "minReplicas")
    most = thing.spec.at("maxReplicaCount" if keda else "maxReplicas")
    fewest = max(0 if keda else 1, least.whole or 0)
    highest = most.whole if most.whole is not None else _KEDA_MOST if keda else fewest
    least.imported("replicas at least")
    most.imported("replicas at most")
    written = {"replicas.by": target, "replicas.least": least, "replicas.most": most}
    return Range(
        least=fewest,
        most=max(fewest, highest),
        by=thing.at.subject,
        places={fact: at.place for fact, at in written.items() if at.node is not None},
    )


def _rolled(thing: Object) -> Range:
    """How many pods of another workload a Rollout runs; that one is scaled down meanwhile."""
    number = thing.spec.at("replicas")
    count = 1 if number.whole is None else max(0, number.whole)
    number.imported("how many run")
    places = {} if number.node is None else {"replicas.most": number.place}
    return Range(least=count, most=count, by=thing.at.subject, places=places)


def replicas(pod: Pod, ranges: Ranges) -> tuple[int, int] | None:
    """Least and most replicas of the workload; None where nothing says it."""
    written = pod.thing.spec.at("replicas")
    scaled = ranges.get(pod.thing.key)
    if scaled is not None:
        cure = "delete it: it resets the autoscaler"
        if scaled.by.startswith("Rollout/"):
            cure = "nothing: the Rollout has taken its pods over"
        written.dropped(f"{scaled.by} decides how many run", cure)
        return (scaled.least, scaled.most)
    number = written.whole
    if pod.thing.kind in _ALONE:
        return None
    if number is None or number < 0:
        written.dropped("no number of replicas can be read there", "write replicas: 2")
        return None
    if number == 0:
        written.approximated("scaled down to nothing", "leave the service out if it does not run")
    else:
        written.imported("how many run")
    return (number, number)


def tell_budgets(things: Iterable[Object], pods: Iterable[Pod]) -> None:
    """Note which workloads a PodDisruptionBudget protects."""
    pods = tuple(pods)
    for thing in things:
        if thing.kind != "PodDisruptionBudget":
            continue
        wanted = selector(thing.spec.at("selector"))
        names = [
            pod.name
            for pod in pods
            if pod.namespace == thing.namespace and wanted.chooses(pod.labels)
        ]
        if names:
            thing.spec.dropped(
                f"how many pods of {', '.join(names[:5])} may be taken away at once",
                "keep it in the manifest; seatrial proves what users see when replicas die",
            )
        else:
            thing.spec.dropped(
                "it protects no pod of these files", "correct its selector or delete it"
            )
