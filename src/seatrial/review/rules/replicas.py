"""Replicas: what stops when one container does."""

from collections.abc import Iterator

from seatrial.review.lines import compose, manifest, service
from seatrial.review.products import recognise
from seatrial.review.risk import Risk
from seatrial.review.rule import Rule, Seen, seen
from seatrial.review.subject import Source, Subject, exposed
from seatrial.system.importers.sketch import Container


def _scales(subject: Subject) -> Iterator[Container]:
    """What users reach and can run twice: no store, no DaemonSet."""
    for each in subject.running():
        product = recognise(each.image)
        store = each.kind == "store" or (product is not None and bool(product.ports))
        if exposed(each) and not store and each.kind != "DaemonSet":
            yield each


def _single(subject: Subject) -> Iterator[Seen]:
    for each in _scales(subject):
        if (each.replicas or (1, 1))[0] == 1:
            yield seen(each, "deploy.replicas", f"users reach {each.name}, and it runs once")


def _fixed(subject: Subject) -> Iterator[Seen]:
    for each in _scales(subject):
        least, most = each.replicas or (1, 1)
        if least == most > 1:
            yield seen(each, "replicas", f"{each.name} has {most} replicas whatever the load is")


RULES = (
    Rule(
        id="A1001",
        title="a single replica of what users reach",
        requirements=("R14.1", "R21.3"),
        risk=Risk.MEDIUM,
        because="Each deployment and each crash is an outage, however short.",
        text="A service that users reach runs once. Stores and DaemonSets are not meant: they "
        "scale by other means. With Compose, a port of the host can be held by one container "
        "only: put a proxy in front.",
        looks=_single,
        cures={
            Source.COMPOSE: compose(
                {"deploy": {"replicas": 2}}, note="a proxy in front must hold the published port"
            ),
            Source.KUBERNETES: manifest({"spec": {"replicas": 2}}),
            Source.SEATRIAL: service({"scale": 2}),
        },
    ),
    Rule(
        id="A1002",
        title="replicas that never change",
        requirements=("R14.1",),
        risk=Risk.LOW,
        because="The peak is paid for all day, or it is not carried.",
        text="What users reach has several replicas, but nothing scales them with the load. "
        "Compose cannot and is not meant.",
        looks=_fixed,
        cures={
            Source.KUBERNETES: manifest(
                {
                    "apiVersion": "autoscaling/v2",
                    "kind": "HorizontalPodAutoscaler",
                    "spec": {"minReplicas": 2, "maxReplicas": 6},
                }
            ),
            Source.SEATRIAL: service({"scale": {"min": 2, "max": 6}}),
        },
    ),
)
