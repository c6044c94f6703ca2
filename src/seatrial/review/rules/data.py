"""Data: what is gone when a container, a disk or a folder is."""

from collections.abc import Iterator
from typing import Any

from seatrial.review.cure import Cure
from seatrial.review.homes import held, homes
from seatrial.review.lines import compose, container, manifest, service
from seatrial.review.products import Kind, Product, recognise
from seatrial.review.risk import Risk
from seatrial.review.rule import Rule, Seen, seen
from seatrial.review.subject import Source, Subject
from seatrial.system.importers.sketch import Container

_CODE = ("/app", "/usr/src/app", "/usr/src", "/code", "/src", "/srv", "/workspace",
         "/var/www/html", "/var/www", "/home/node/app", "/opt/app")  # fmt: skip
_BACKUP_WORDS = ("backup", "dump", "pgbackrest", "wal-g", "walg", "barman", "restic", "velero")
_COPY_WORDS = ("replica", "standby", "secondary", "slave", "follower", "patroni", "galera")
_DOTTED = 2  # parts of a version


def _durable(subject: Subject) -> Iterator[tuple[Container, Product]]:
    for each in subject.running():  # a job with a database's image is its client
        product = recognise(each.image)
        if product is not None and product.durable:
            yield each, product


def _no_volume(subject: Subject) -> Iterator[Seen]:
    for each, product in _durable(subject):
        if each.kind == "store":
            continue
        mounts = tuple(held(each))
        if not mounts:
            yield seen(each, "volumes", _gone(each, product))
        elif all(one.kind in {"anonymous", "tmpfs"} for one in mounts):
            yield seen(
                each, "volumes", f"the data of {each.name} lies in a volume that has no name"
            )


def _gone(container: Container, product: Product) -> str:
    """That nothing holds the data; where something else is mounted, where it lies instead."""
    known = homes(container)
    if known and any(each.kind in {"volume", "bind"} for each in container.mounts):
        return f"the data of {container.name} ({product.name}) lies in {known[0]}, not in a volume"
    return f"the data of {container.name} goes with its container"


def _code(subject: Subject) -> Iterator[Seen]:
    for each in subject.own():
        for mount in each.mounts:
            if mount.kind != "bind" or not (each.build or each.image):
                continue
            target = mount.target.rstrip("/")
            relative = mount.source.startswith(("./", "../", ".", "~"))
            if relative and target in _CODE and "." not in target.rpartition("/")[2]:
                yield seen(
                    each, "volumes", f"{each.name} runs the code of a folder, not of its image"
                )
                break


def _backed_up(subject: Subject) -> bool:
    if subject.has(Kind.BACKUP):
        return True
    return any(
        word in " ".join((each.name, each.image, *each.command)).casefold()
        for each in subject.containers
        for word in _BACKUP_WORDS
    )


def _no_backup(subject: Subject) -> Iterator[Seen]:
    if subject.system is not None:
        for name, store in subject.system.stores.items():
            if store.durable and not store.backup:
                yield Seen(
                    subject=name,
                    place=subject.system.place("stores", name),
                    summary=f"nothing says how {name} is backed up",
                    container=next((c for c in subject.containers if c.name == name), None),
                )
        return
    if not _backed_up(subject):
        for each, product in _durable(subject):
            if product.kind in {Kind.DATABASE, Kind.OBJECTS}:
                yield seen(each, "", f"nothing here backs up {each.name} ({product.name})")


def _one_copy(subject: Subject) -> Iterator[Seen]:
    for each, product in _durable(subject):
        if product.kind is not Kind.DATABASE or each.kind == "store":
            continue
        most = each.replicas[1] if each.replicas else 1
        names = " ".join(one.name for one in subject.containers).casefold()
        if most < _DOTTED and not any(word in names for word in _COPY_WORDS):
            yield seen(each, "", f"{each.name} ({product.name}) has no second copy")


def _where(found: Seen) -> str:
    """The folder of the data; the official image's where these files do not tell."""
    known = homes(found.container) if found.container is not None else ()
    product = recognise(found.container.image) if found.container is not None else None
    return known[0] if known else (product.folder if product is not None else "/data")


def _doubt(found: Seen) -> str:
    """What to see to before; nothing where the folder is known."""
    known = homes(found.container) if found.container is not None else ()
    if not known:
        return "where this image keeps its data is not known here: see its documentation"
    if len(known) > 1:
        return f"the folder depends on the version, else it is {' or '.join(known[1:])}"
    return ""


def _named(_subject: Subject, found: Seen) -> dict[str, Any]:
    return {"volumes": [f"{found.subject}-data:{_where(found)}"]}


def _claim(_subject: Subject, found: Seen) -> dict[str, Any]:
    # below the volume's root, where a file system may have a folder of its own
    mount = {"name": "data", "mountPath": _where(found), "subPath": "data"}
    return {"volumeMounts": [mount]}


def _volume(subject: Subject, found: Seen) -> Cure:
    note = "; ".join(filter(None, (_doubt(found), _MOVE)))
    return compose(_named, note=note)(subject, found)


def _claimed(subject: Subject, found: Seen) -> Cure:
    note = "; ".join(filter(None, (_doubt(found), _CLAIM)))
    return container(_claim, note=note)(subject, found)


def _backup_service(_subject: Subject, found: Seen) -> dict[str, Any]:
    return {
        "services": {
            f"{found.subject}-backup": {
                "image": "prodrigestivill/postgres-backup-local:VERSION",
                "environment": {"POSTGRES_HOST": found.subject, "SCHEDULE": "@daily"},
                "volumes": ["backups:/backups"],
            }
        },
        "volumes": {"backups": {}},
    }


_MOVE = "declare the volume under `volumes:`; copy what is there before the container is replaced"
_CLAIM = "in a StatefulSet with volumeClaimTemplates named data"
_AWAY = "an example for PostgreSQL; a copy must lie on another machine, and a restore be rehearsed"

RULES = (
    Rule(
        id="A0701",
        title="a database without a volume",
        requirements=("R20.1", "R20.2"),
        risk=Risk.CRITICAL,
        because="`docker compose down`, or a new image, and all data is gone.",
        text="A product that keeps data has no named volume at its data folder: the data lies in "
        "the container, or in a volume without a name that the next container does not get. "
        "Caches (Redis, Memcached) are not meant. The folder is that of the official image and "
        "its version, of Bitnami's, or the one that PGDATA, `--datadir` or their like names; a "
        "volume above it does not hold it where the image declares one of its own below. Images "
        "of other makers keep their data elsewhere: there any volume counts.",
        looks=_no_volume,
        cures={
            Source.COMPOSE: _volume,
            Source.KUBERNETES: _claimed,
        },
    ),
    Rule(
        id="A0702",
        title="code that is mounted",
        requirements=("R07.1", "R16.2"),
        risk=Risk.MEDIUM,
        because="What runs is not what was built, scanned and tested, and a rollback is a guess.",
        text="A relative folder is mounted over where code lives in the image ("
        + ", ".join(_CODE)
        + "). That is for development. Single files of configuration are not meant.",
        looks=_code,
        cures={
            Source.COMPOSE: compose(
                {"volumes": []}, note="move the mount to compose.override.yaml, for development"
            )
        },
    ),
    Rule(
        id="A0703",
        title="no backup of a store",
        requirements=("R20.1", "R18.1"),
        risk=Risk.HIGH,
        because="One dropped table, one lost disk, and nothing can be brought back.",
        text="Nothing in the files backs up a database or object store: no known backup image, no "
        "service or job whose name or command speaks of backup or dump. A backup that is made "
        "elsewhere (the host, a provider) is not seen: write an exception that says where.",
        looks=_no_backup,
        cures={
            Source.COMPOSE: manifest(_backup_service, note=_AWAY),
            Source.KUBERNETES: manifest(
                {"kind": "CronJob", "metadata": {"name": "backup"},
                 "spec": {"schedule": "0 3 * * *", "jobTemplate": {}}},
                note=_AWAY,
            ),
            Source.SEATRIAL: service({"backup": {"keep": "14d"}}),
        },
    ),
    Rule(
        id="A0704",
        title="a single copy of a database",
        requirements=("R21.2",),
        risk=Risk.LOW,
        because="While it is restored, nothing works.",
        text="A database runs once, and nothing is called replica, standby or secondary. For many "
        "systems a restore within the RTO is enough; then write that down as an exception.",
        looks=_one_copy,
        cures={
            Source.COMPOSE: manifest(
                lambda _, found: {
                    "services": {f"{found.subject}-replica": {"image": "SAME", "command": ["..."]}}
                },
                note="streaming replication is the product's own: see its manual",
            ),
            Source.KUBERNETES: manifest(
                {"kind": "StatefulSet", "spec": {"replicas": 2}},
                note="with an operator: two copies alone are not replicated",
            ),
        },
    ),
)  # fmt: skip
