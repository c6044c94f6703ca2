"""Health: whether anybody can tell a dead service from a living one."""

from collections.abc import Iterator
from typing import Any

from seatrial.review.asked import ask
from seatrial.review.lines import compose, container, service
from seatrial.review.risk import Risk
from seatrial.review.rule import Rule, Seen, seen
from seatrial.review.subject import Source, Subject
from seatrial.system.importers.portnames import known_name
from seatrial.system.importers.sketch import CheckKind, Container, HealthCheck
from seatrial.system.scheme import scheme, secure

_TIMES = {"interval": "10s", "timeout": "5s", "retries": 3, "start_period": "30s"}
_ALWAYS = (["true"], ["/bin/true"], ["exit", "0"], [":"])
_SHELLS = frozenset({"CMD", "CMD-SHELL", "sh", "/bin/sh", "bash", "-c"})


def _traffic(subject: Subject) -> Iterator[Container]:
    """What somebody calls: it listens, or others need it."""
    needed = {name for each in subject.containers for name in each.needs}
    for each in subject.running():
        if each.ports or each.name in needed:
            yield each


def _none(subject: Subject) -> Iterator[Seen]:
    for each in _traffic(subject):
        if each.kind != "store" and not each.checks:
            yield seen(each, "", f"nothing says whether {each.name} works")


def _disabled(subject: Subject) -> Iterator[Seen]:
    for each in subject.running():
        if any(check.disabled for check in each.checks):
            yield seen(each, "healthcheck", f"the health check of {each.name} is switched off")


def _hollow(subject: Subject) -> Iterator[Seen]:
    for each in subject.running():
        if any(not check.disabled and _always(check) for check in each.checks):
            yield seen(
                each, "healthcheck", f"the health check of {each.name} succeeds whatever happens"
            )


def _always(check: HealthCheck) -> bool:
    words = [word for word in check.argv if word not in _SHELLS]
    if not words:
        return False
    # One text of a shell, or its words.
    told = " ".join(words).split()
    return told in _ALWAYS or told[0] == "echo" or " ".join(told).endswith("|| true")


def _path(check: HealthCheck) -> tuple[str, int | None]:
    return check.path, check.port


def _no_ready(subject: Subject) -> Iterator[Seen]:
    for each in subject.running():
        kinds = {check.kind for check in each.checks if not check.disabled}
        if each.ports and kinds and CheckKind.READY not in kinds and CheckKind.HEALTH not in kinds:
            yield seen(
                each, "", f"{each.name} tells that it lives, but not when it can take traffic"
            )


def _same(subject: Subject) -> Iterator[Seen]:
    for each in subject.running():
        ready = {_path(one) for one in each.checks if one.kind is CheckKind.READY and one.path}
        live = {_path(one) for one in each.checks if one.kind is CheckKind.LIVE and one.path}
        if ready & live:
            path = min(ready & live)[0]
            yield seen(
                each, "", f"{each.name} is asked {path} for readiness and for liveness alike"
            )


def _probe(_subject: Subject, found: Seen) -> dict[str, Any]:
    each = found.container
    known = ask(each) if each is not None else None
    if known is not None:
        return {"healthcheck": {"test": ["CMD-SHELL", known.command], **_TIMES}}
    number, name = 8080, ""
    if each is not None and each.ports:
        number, name = each.ports[0].number, each.ports[0].name or known_name(each.ports[0].number)
    words = "wget -q --no-check-certificate" if secure(name) else "wget -q"
    command = f"{words} -O /dev/null {scheme(name)}://127.0.0.1:{number}/PATH || exit 1"
    return {"healthcheck": {"test": ["CMD-SHELL", command], **_TIMES}}


def _compose_check(subject: Subject, found: Seen) -> Any:
    known = ask(found.container) if found.container is not None else None
    note = _PATH_NOTE if known is None else known.note
    return compose(_probe, note=note, safe=known is not None and known.sure)(subject, found)


def _pod_check(subject: Subject, found: Seen) -> Any:
    """A store's probe runs its command; what seatrial does not know is asked by HTTP."""
    known = ask(found.container) if found.container is not None else None
    if known is None:
        return container(_kube("readinessProbe"), note=_NOTE)(subject, found)
    command = ["sh", "-c", known.command.replace("$$", "$")]
    probe = {"exec": {"command": command}, "periodSeconds": 10, "timeoutSeconds": 5}
    return container({"readinessProbe": probe}, note=known.note)(subject, found)


def _kube(name: str) -> dict[str, Any]:
    return {name: {"httpGet": {"path": "/PATH", "port": 8080}, "periodSeconds": 10}}


_PATH_NOTE = "put the path that answers 200 while it works in the place of PATH"
_NOTE = "put the path and the port that answer while it works in the place of PATH and 8080"
_READY = {"health": {"ready": "/readyz", "live": "/livez"}}
_TWO = "the path of readiness may ask what the service needs, that of liveness must not"

RULES = (
    Rule(
        id="A0201",
        title="no health check",
        requirements=("R03.1", "R21.3"),
        risk=Risk.HIGH,
        because="A service that hangs keeps its traffic until a person notices.",
        text="A service that listens or that others need has no health check, so a process that "
        "hangs counts as running. What runs to its end (a migration, a job) is not meant. "
        "`--fix` writes the check of the official images of PostgreSQL, MySQL, MariaDB, Redis, "
        "Valkey, KeyDB and RabbitMQ, and of Bitnami's Redis and Valkey, by a program that is in "
        "them. Where another maker's image, another command, a mounted configuration or a moved "
        "port leaves a doubt, and for MongoDB, the lines are only shown, with the doubt; a path "
        "of your own service only you know. A check in the image (HEALTHCHECK) is not seen from "
        "these files.",
        looks=_none,
        cures={
            Source.COMPOSE: _compose_check,
            Source.KUBERNETES: _pod_check,
            Source.SEATRIAL: service(_READY, note=_TWO),
        },
    ),
    Rule(
        id="A0202",
        title="a health check that is switched off",
        requirements=("R03.1",),
        risk=Risk.MEDIUM,
        because="Somebody removed the only thing that tells a hang from work.",
        text="`healthcheck: {disable: true}` or the test NONE takes away the check that the image "
        "brings. A check that is merely absent has a rule of its own (A0201).",
        looks=_disabled,
        cures={Source.COMPOSE: compose(_probe, note="write a check instead of disabling it")},
    ),
    Rule(
        id="A0203",
        title="a health check that cannot fail",
        requirements=("R03.1",),
        risk=Risk.HIGH,
        because="It shows green while the service is dead.",
        text="The check's command is `true`, `exit 0`, `echo`, or ends in `|| true`. A check that "
        "cannot fail is worse than none: it is believed.",
        looks=_hollow,
        cures={
            Source.COMPOSE: compose(_probe, note="ask the service itself"),
            Source.KUBERNETES: container(_kube("readinessProbe"), note=_NOTE),
        },
    ),
    Rule(
        id="A0204",
        title="no readiness path",
        requirements=("R16.2", "R21.3"),
        risk=Risk.MEDIUM,
        because="Traffic arrives before the service can serve it, at every deployment.",
        text="A service has a liveness check only. It gets requests while it starts and while "
        "what it needs is away. Compose has one check for both and is not meant.",
        looks=_no_ready,
        cures={
            Source.KUBERNETES: container(_kube("readinessProbe"), note=_NOTE),
            Source.SEATRIAL: service(_READY, note=_TWO),
        },
    ),
    Rule(
        id="A0205",
        title="one path for readiness and liveness",
        requirements=("R21.3",),
        risk=Risk.MEDIUM,
        because="A database that is away for a minute gets every replica restarted.",
        text="Readiness and liveness ask the same path. Either a dependency's outage restarts the "
        "service, or a hang is not seen. Two paths on one port are right.",
        looks=_same,
        cures={
            Source.KUBERNETES: container(_kube("livenessProbe"), note=_TWO),
            Source.SEATRIAL: service(_READY, note=_TWO),
        },
    ),
)
