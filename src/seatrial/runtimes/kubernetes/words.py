"""What `${...}` becomes in a pod, where no process of seatrial fills anything in.

In a command and in a variable Kubernetes itself replaces `$(NAME)` by the container's variable of
that name, and `$$` by `$`: so every `$` of ours is doubled, and what only the pod knows is a
variable. A file is given as it is.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from seatrial.contract.output import Workload
from seatrial.contract.placeholder import PATTERN, resolve
from seatrial.engines.objects import Home

DIR = "/seatrial"  # `${self.dir}`
_ADDRESS = "0.0.0.0"  # noqa: S104 - a pod's network is its own, and it does not know its address
_REPLICA = "SEATRIAL_REPLICA"
_SECRET = "secret."  # noqa: S105 - how a placeholder begins


def secrets_in(text: str) -> tuple[str, ...]:
    """The names of the secrets that a text holds."""
    named = (each for each in PATTERN.findall(text) if each.startswith(_SECRET))
    return tuple(dict.fromkeys(each.removeprefix(_SECRET) for each in named))


def in_file(text: str, work: Workload) -> str:
    """A file's text; secrets are left in their places, and what only the pod knows."""
    return resolve(text, lambda name: _own(name, work))


def asks_for_replica(text: str) -> bool:
    """Whether a text holds what only the pod knows."""
    return "self.replica" in PATTERN.findall(text)


def in_probe(words: Iterable[str], work: Workload) -> list[str]:
    """A probe's words: Kubernetes replaces nothing in them."""
    return [in_file(each, work) for each in words]


def in_command(words: Iterable[str], work: Workload) -> list[str]:
    """A command's words. A secret is never one: whoever lists processes would see it."""
    return [_expanded(each, work, {}) for each in words]


def environment(work: Workload, home: Home, own: Mapping[str, str]) -> list[dict[str, Any]]:
    """The container's variables: those that others are made of come first."""
    values = {**own, **work.env}
    mixed = [each for key, each in values.items() if not _whole(each)]
    names = dict.fromkeys(name for each in mixed for name in secrets_in(each))
    variables = {name: _variable(name, place, names) for place, name in enumerate(names)}
    asked = (*work.argv, *(word for each in work.prepare for word in each), *values.values())
    found: list[dict[str, Any]] = []
    if any(asks_for_replica(each) for each in asked):
        source = {"fieldRef": {"fieldPath": "metadata.name"}}
        found.append({"name": _REPLICA, "valueFrom": source})
    found += [_from_secret(key, home, name) for name, key in variables.items()]
    for key, value in values.items():
        whole = _whole(value)
        if whole:
            found.append(_from_secret(key, home, whole))
        else:
            found.append({"name": key, "value": _expanded(value, work, variables)})
    return found


def _from_secret(key: str, home: Home, name: str) -> dict[str, Any]:
    return {"name": key, "valueFrom": {"secretKeyRef": home.secret(name)}}


def _whole(value: str) -> str:
    """The secret that a value is, and nothing else; or empty."""
    match = PATTERN.fullmatch(value)
    found = match.group(1) if match is not None else ""
    return found.removeprefix(_SECRET) if found.startswith(_SECRET) else ""


def _variable(name: str, place: int, names: Iterable[str]) -> str:
    """A variable for a secret; numbered where two secrets would share one."""
    wanted = _spelled(name)
    alike = sum(_spelled(each) == wanted for each in names) > 1
    return f"SEATRIAL_SECRET_{wanted}_{place}" if alike else f"SEATRIAL_SECRET_{wanted}"


def _spelled(name: str) -> str:
    return re.sub(r"[^A-Z0-9]", "_", name.upper())


def _own(name: str, work: Workload) -> str | None:
    root, _, rest = name.partition(".")
    if root == "system" and rest == "dir":
        return "."  # a container starts in its image's own folder
    if root != "self":
        return None
    kind, _, port = rest.partition(".")
    if kind == "ports" and port in work.ports:
        return str(work.ports[port])
    return {"dir": DIR, "address": _ADDRESS, "region": work.region}.get(kind)


def _expanded(text: str, work: Workload, variables: Mapping[str, str]) -> str:
    parts: list[str] = []
    at = 0
    for match in PATTERN.finditer(text):
        parts += (_doubled(text[at : match.start()]), _placed(match, work, variables))
        at = match.end()
    return "".join((*parts, _doubled(text[at:])))


def _placed(match: re.Match[str], work: Workload, variables: Mapping[str, str]) -> str:
    name = match.group(1)
    if name == "self.replica":
        return f"$({_REPLICA})"
    if name.removeprefix(_SECRET) in variables and name.startswith(_SECRET):
        return f"$({variables[name.removeprefix(_SECRET)]})"
    found = _own(name, work)
    return _doubled(match.group(0) if found is None else found)


def _doubled(text: str) -> str:
    return text.replace("$", "$$")
