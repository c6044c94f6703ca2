"""Restarts: what comes back by itself, and how it goes."""

from collections.abc import Iterator

from seatrial.review.lines import compose, pod, service
from seatrial.review.makers import serves
from seatrial.review.products import Kind, recognise
from seatrial.review.risk import Risk
from seatrial.review.rule import Rule, Seen, seen
from seatrial.review.subject import Source, Subject
from seatrial.system.importers.sketch import Container

_DEFAULT = {Source.COMPOSE: 10.0, Source.KUBERNETES: 30.0}  # seconds, the engines' own
_STORE_GRACE = 30.0


def _restart(subject: Subject) -> Iterator[Seen]:
    for each in subject.running():
        if each.profiles:  # started by hand, by who needs it then
            continue
        if each.restart is None:
            yield seen(each, "", f"{each.name} stays down when it dies or the machine restarts")
        elif each.restart == "no" and each.ports:
            yield seen(each, "restart", f"{each.name} listens, and restart says no")


def _lasts(container: Container) -> bool:
    """Whether it surely runs on: it is reached from outside, or is a product that serves."""
    if any(port.published for port in container.ports):
        return True
    product = recognise(container.image)
    # a backup or a load test runs once as often as not
    if product is None or product.kind in {Kind.BACKUP, Kind.LOAD}:
        return False
    return serves(container)


def _grace(subject: Subject) -> Iterator[Seen]:
    for each in subject.running():
        product = recognise(each.image)
        if product is None or not product.durable:
            continue
        grace = _DEFAULT.get(subject.source, _STORE_GRACE) if each.grace is None else each.grace
        if grace < _STORE_GRACE:
            yield seen(
                each,
                "stop_grace_period",
                f"{product.name} is killed {grace:g} s after it is told to stop",
            )


def _at_once(subject: Subject) -> Iterator[Seen]:
    for each in subject.running():
        if each.grace is not None and each.grace < 1:
            yield seen(
                each, "stop_grace_period", f"{each.name} is killed without time to finish its work"
            )


RULES = (
    Rule(
        id="A0801",
        title="no restart policy",
        requirements=("R21.3",),
        risk=Risk.HIGH,
        because="After a crash or a reboot the service is down until a person starts it.",
        text="`restart` is not written, and Compose's default is `no`. A job that runs to its end "
        "is not meant: others wait for its end, a profile starts it, or its name or command says "
        "so (migrate, seed, setup, init, pg_dump, pytest, curl ...). `--fix` writes "
        "`unless-stopped` where the service publishes a port or is a known product that runs its "
        "server; of others nobody but you knows whether they end.",
        looks=_restart,
        cures={Source.COMPOSE: compose({"restart": "unless-stopped"}, safe=_lasts)},
    ),
    Rule(
        id="A0802",
        title="no time for a database to stop",
        requirements=("R20.4",),
        risk=Risk.MEDIUM,
        because="A database that is killed while it writes must recover, and may lose writes.",
        text="Docker kills a container 10 s after SIGTERM. A database with dirty pages or a queue "
        "with unwritten messages needs longer. `--fix` writes one minute: it only waits when it "
        "must. Kubernetes waits 30 s by default and is meant only where less is written.",
        looks=_grace,
        cures={
            Source.COMPOSE: compose({"stop_grace_period": "1m"}, safe=True),
            Source.KUBERNETES: pod({"terminationGracePeriodSeconds": 60}),
        },
    ),
    Rule(
        id="A0803",
        title="killed without time to finish",
        requirements=("R16.2",),
        risk=Risk.MEDIUM,
        because="Every deployment fails the requests that are under way.",
        text="The grace period is less than a second, so SIGTERM and SIGKILL come together.",
        looks=_at_once,
        cures={
            Source.COMPOSE: compose({"stop_grace_period": "30s"}),
            Source.KUBERNETES: pod({"terminationGracePeriodSeconds": 30}),
            Source.SEATRIAL: service({"grace": "10s"}),
        },
    ),
)
