"""Secrets: who can read them, and whether a store asks for any."""

from collections.abc import Iterator
from typing import Any

from seatrial.review.cure import Cure
from seatrial.review.images import image
from seatrial.review.lines import compose, container, service
from seatrial.review.makers import Maker, maker
from seatrial.review.products import Kind, recognise
from seatrial.review.risk import Risk
from seatrial.review.rule import Rule, Seen, seen
from seatrial.review.subject import Source, Subject
from seatrial.system.importers.sketch import Container, Variable
from seatrial.system.mask import MASK

_OPEN = {
    "POSTGRES_HOST_AUTH_METHOD": ("trust",),
    "MYSQL_ALLOW_EMPTY_PASSWORD": ("yes", "true", "1", "on"),
    "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD": ("yes", "true", "1", "on"),
    "ALLOW_EMPTY_PASSWORD": ("yes", "true", "1", "on"),
    "ALLOW_ANONYMOUS_LOGIN": ("yes", "true", "1", "on"),
    "xpack.security.enabled": ("false",),
    "DISABLE_SECURITY_PLUGIN": ("true",),
    "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED": ("true",),
}
# Images that start without any password unless one of these is given.
_ASKS = {
    "MongoDB": ("MONGO_INITDB_ROOT_USERNAME", "MONGO_INITDB_ROOT_PASSWORD_FILE",
                "MONGODB_ROOT_PASSWORD"),
    **dict.fromkeys(("Redis", "Valkey", "KeyDB"), ("REDIS_PASSWORD", "REDIS_PASSWORD_FILE",
                                                   "REDIS_ARGS", "VALKEY_EXTRA_FLAGS")),
}  # fmt: skip
# Variables by which official images read a secret from a file instead.
_FILED = ("POSTGRES_", "MYSQL_", "MARIADB_", "MONGO_INITDB_")


def _written(subject: Subject) -> Iterator[Seen]:
    for each, one in _secret(subject, "inline"):
        if one.weak:
            continue  # told by A0505
        yield seen(
            each,
            f"environment.{one.name}",
            f"the secret {one.name} of {each.name} stands in the file",
            name=one.name,
        )


def _around(subject: Subject) -> Iterator[Seen]:
    for source in ("env_file", "host"):
        for each, one in _secret(subject, source):
            came = "an env_file" if source == "env_file" else "the environment of who starts it"
            yield seen(
                each,
                f"environment.{one.name}",
                f"{each.name} gets the secret {one.name} as a variable from {came}",
                name=one.name,
            )


def _secret(subject: Subject, source: str) -> Iterator[tuple[Container, Variable]]:
    for each in subject.containers:
        for one in each.variables:
            held = one.secret or MASK in (one.value or "")  # as the password of a URL
            if held and one.source == source and not one.name.endswith("_FILE"):
                yield each, one


def _weak(subject: Subject) -> Iterator[Seen]:
    for each in subject.containers:
        for one in each.variables:
            if one.weak and (one.secret or MASK in (one.value or "")):
                yield seen(
                    each,
                    f"environment.{one.name}",
                    f"{one.name} of {each.name} is a password that everybody tries first",
                    name=one.name,
                )


def _open(subject: Subject) -> Iterator[Seen]:
    for each in subject.containers:
        for one in each.variables:
            if (one.value or "").casefold() in _OPEN.get(one.name, ()):
                yield seen(
                    each,
                    f"environment.{one.name}",
                    f"{each.name} lets everybody in: {one.name} is {one.value}",
                    name=one.name,
                )


def _unasked(subject: Subject) -> Iterator[Seen]:
    for each in subject.containers:
        product = recognise(each.image)
        wanted = _ASKS.get(product.name, ()) if product is not None else ()
        named = {one.name for one in each.variables}
        if not wanted or named & set(wanted) or each.kind == "store" or _refuses(each):
            continue
        told = " ".join(each.command)
        configured = any(mount.kind in {"bind", "config"} and _is_config(mount.target)
                         for mount in each.mounts)  # fmt: skip
        if "requirepass" in told or "--auth" in told or ".conf" in told or configured:
            continue
        yield seen(
            each, "", f"{each.name} ({product.name if product else ''}) asks for no password"
        )


def _refuses(container: Container) -> bool:
    """Whether the image itself starts no server without a password, as Bitnami's."""
    parts = image(container.image)
    return parts is not None and maker(parts) is Maker.BITNAMI


def _is_config(target: str) -> bool:
    return target.endswith((".conf", ".cnf", ".acl")) or "/etc/" in target


def _file(_subject: Subject, found: Seen) -> dict[str, Any]:
    name = found.facts["name"]
    secret = name.casefold()
    if _configured(found):
        return {"secrets": [{"source": secret, "target": "/etc/rabbitmq/conf.d/90-secret.conf"}]}
    file = f"{name}__FILE" if name.startswith("GF_") else f"{name}_FILE"  # Grafana's own form
    return {"environment": {file: f"/run/secrets/{secret}"}, "secrets": [secret]}


def _configured(found: Seen) -> bool:
    """Whether it is RabbitMQ's own image, which refuses to start with a NAME_FILE since 3.9."""
    written = found.container.image if found.container is not None else ""
    product, parts = recognise(written), image(written)
    return (
        product is not None
        and product.name == "RabbitMQ"
        and parts is not None
        and maker(parts) is not Maker.BITNAMI
    )


def _declared(subject: Subject, found: Seen) -> Cure:
    return compose(_file, note=_LINE if _configured(found) else _DECLARE)(subject, found)


def _reference(_subject: Subject, found: Seen) -> dict[str, Any]:
    name = found.facts["name"]
    key = {"name": "SECRET", "key": name.casefold()}
    return {"env": [{"name": name, "valueFrom": {"secretKeyRef": key}}]}


def _named(_subject: Subject, found: Seen) -> dict[str, Any]:
    return {"environment": {found.facts["name"]: {"secret": found.facts["name"]}}}


def _password(_subject: Subject, found: Seen) -> dict[str, Any]:
    product = recognise(found.container.image) if found.container else None
    if product is not None and product.kind is Kind.CACHE:
        return {
            "command": [
                *("sh", "-c"),
                f'exec {_server(product.name)} --requirepass "$$(cat /run/secrets/cache)"',
            ],
            "secrets": ["cache"],
        }
    return {
        "environment": {
            "MONGO_INITDB_ROOT_USERNAME": "root",
            "MONGO_INITDB_ROOT_PASSWORD_FILE": "/run/secrets/mongo",
        },
        "secrets": ["mongo"],
    }


def _server(product: str) -> str:
    return f"{product.casefold()}-server"


_DECLARE = (
    "declare it under `secrets:` with a file that is not committed, and rotate the old value; "
    f"official images read NAME_FILE ({', '.join(f'{each}*' for each in _FILED)}), Bitnami's for "
    "every password; your own service must learn it"
)
_LINE = (
    "declare it under `secrets:` with a file that is not committed and has the line "
    "`default_pass = VALUE`; RabbitMQ reads no NAME_FILE; rotate the old value"
)
_ROTATE = "rotate the old value: it is in the history of the repository"

RULES = (
    Rule(
        id="A0501",
        title="a secret in the file",
        requirements=("R10.2",),
        risk=Risk.CRITICAL,
        because="Everybody who can read the repository, now or ever, has it.",
        text="A variable that is a secret by its name or form has its value in the file. seatrial "
        "does not keep or show the value. A path to a secret's file (`..._FILE`) is not meant.",
        looks=_written,
        cures={
            Source.COMPOSE: _declared,
            Source.KUBERNETES: container(_reference, note=_ROTATE),
            Source.SEATRIAL: service(_named, note=_ROTATE),
        },
    ),
    Rule(
        id="A0502",
        title="a secret as an environment variable",
        requirements=("R10.2",),
        risk=Risk.MEDIUM,
        because="`docker inspect`, a crash report and every child process show it.",
        text="A secret comes from an `env_file`, from `.env` or from the environment of who runs "
        "Compose. That keeps it out of the repository, but not out of inspections and logs.",
        looks=_around,
        cures={
            Source.COMPOSE: _declared,
            Source.KUBERNETES: container(
                {"volumeMounts": [{"name": "secrets", "mountPath": "/run/secrets",
                                   "readOnly": True}]}
            ),
        },
    ),
    Rule(
        id="A0503",
        title="a store that lets everybody in",
        requirements=("R10.2", "R09.1"),
        risk=Risk.CRITICAL,
        because="Whoever reaches the port reads and deletes everything.",
        text="A variable switches the password off: "
        + ", ".join(f"`{name}`" for name in _OPEN)
        + ".",
        looks=_open,
        cures={
            Source.COMPOSE: compose(
                {"environment": {"PASSWORD_FILE": "/run/secrets/store"}, "secrets": ["store"]},
                note="remove the variable that lets everybody in",
            ),
            Source.KUBERNETES: container(
                {"env": [{"name": "PASSWORD",
                          "valueFrom": {"secretKeyRef": {"name": "SECRET", "key": "password"}}}]},
                note="remove the variable that lets everybody in",
            ),
        },
    ),
    Rule(
        id="A0504",
        title="a store that asks for no password",
        requirements=("R10.2", "R09.1"),
        risk=Risk.MEDIUM,
        because="Any container on its network reads and deletes everything.",
        text="MongoDB, Redis, Valkey and KeyDB start without a password unless they are given "
        "one. One that is given on the command line or in a mounted configuration is not meant, "
        "nor are Bitnami's images, which start without one only where they are told to (A0503).",
        looks=_unasked,
        cures={
            Source.COMPOSE: compose(_password, note="tell its clients, too"),
            Source.KUBERNETES: container(
                {"env": [{"name": "PASSWORD",
                          "valueFrom": {"secretKeyRef": {"name": "SECRET", "key": "password"}}}]},
                note="tell its clients, too",
            ),
        },
    ),
    Rule(
        id="A0505",
        title="a default password",
        requirements=("R10.2",),
        risk=Risk.CRITICAL,
        because="It is the first one that a scanner tries.",
        text="A secret is `password`, `postgres`, `admin`, `changeme` or one of their like. The "
        "value is compared while the file is read, and neither kept nor shown. A secret that "
        "comes from the environment is not known and not meant.",
        looks=_weak,
        cures={
            Source.COMPOSE: _declared,
            Source.KUBERNETES: container(_reference, note=_ROTATE),
        },
    ),
)  # fmt: skip
