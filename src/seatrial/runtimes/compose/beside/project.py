"""The containers of a compose project, found by the labels that Compose gives to them.

Labels: Docker Compose, `pkg/api/labels.go`; Podman's compose sets the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.client import failures
from seatrial.runtimes.compose.engine import Engine, Inspected
from seatrial.system.importers.names import label

PROJECT = "com.docker.compose.project"
FILES = "com.docker.compose.project.config_files"
SERVICE = "com.docker.compose.service"
NUMBER = "com.docker.compose.container-number"
ONE_OFF = "com.docker.compose.oneoff"
_PLACE = "environments.rehearsal"
_CONTAINER = "container:"
# on the engine's own bridge no container is known by a name
_UNREACHABLE = frozenset({"host", "none", "bridge", "default"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    """The project that is meant: the compose file, absolute, and its name where that is needed."""

    file: Path
    project: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One container of the project."""

    service: str
    number: int
    container: Inspected

    @property
    def id(self) -> str:
        """The container's id: another one after it was made anew."""
        return str(self.container["Id"])

    @property
    def name(self) -> str:
        """The container's name, by which its networks know it."""
        return str(self.container["Name"]).lstrip("/")

    @property
    def state(self) -> Mapping[str, Any]:
        """What the engine says of its processes."""
        found: Mapping[str, Any] = self.container["State"]
        return found

    @property
    def networks(self) -> Mapping[str, Mapping[str, Any]]:
        """Its networks, by name."""
        return self.container["NetworkSettings"]["Networks"] or {}

    @property
    def driver(self) -> str:
        """How the engine keeps what it writes."""
        known = self.container["HostConfig"].get("LogConfig") or {}
        return str(known.get("Type") or "")

    @property
    def mode(self) -> str:
        """Its network, as the engine was told: a name, `host`, `none` or `container:ID`."""
        return str(self.container["HostConfig"].get("NetworkMode") or "")


def find(engine: Engine, theirs: Theirs) -> tuple[str, tuple[Member, ...]]:
    """The project's name and its containers, by service and number. Raises RuntimeFailure."""
    name = theirs.project or _running_from(engine, theirs.file)
    found = members(engine.containers({PROJECT: name}))
    if not found:
        raise RuntimeFailure(
            f"no container of the compose project {name} is there",
            f"start it with `docker compose -p {name} -f {theirs.file} up -d`, or correct"
            f" {_PLACE}.project",
        )
    return name, found


def members(containers: Iterable[Inspected]) -> tuple[Member, ...]:
    """Those of them that belong to a service, in order. Pure."""
    found = []
    for each in containers:
        labels = each["Config"]["Labels"] or {}
        if labels.get(SERVICE) and labels.get(ONE_OFF, "").lower() != "true":
            number = labels.get(NUMBER, "")
            found.append(
                Member(
                    service=labels[SERVICE],
                    number=int(number) if number.isdigit() else 1,
                    container=each,
                )
            )
    return tuple(sorted(found, key=lambda each: (each.service, each.number, each.name)))


def of_service(found: Iterable[Member], name: str) -> tuple[Member, ...]:
    """The containers of a service of seatrial.yaml: by its name, else by that in our letters.

    Raises RuntimeFailure where several services of the project could be meant. Pure.
    """
    there = tuple(found)
    exact = tuple(each for each in there if each.service == name)
    if exact:
        return exact
    alike = tuple(each for each in there if _called(each.service, name))
    services = sorted({each.service for each in alike})
    if len(services) > 1:
        raise RuntimeFailure(
            f"services.{name} may be {' or '.join(services)} of the compose project",
            "rename one of them in the compose file",
        )
    return alike


def _called(service: str, name: str) -> bool:
    """Whether a service of theirs may have this name here: names that are ours get a word more."""
    plain = label(service, "service")
    return name in {plain, f"{plain}-service"}


def host(one: Member, found: Iterable[Member]) -> str:
    """The name by which others on its networks reach it; empty where nobody can. Pure."""
    if one.mode.startswith(_CONTAINER):
        shared = one.mode.removeprefix(_CONTAINER)
        return next((each.name for each in found if shared in {each.id, each.name}), "")
    return "" if one.mode in _UNREACHABLE else one.name


def networks(one: Member, found: Iterable[Member]) -> Mapping[str, str]:
    """The networks on which it can be met: name to id. Pure."""
    # of a container that does not run the engine may not tell the ids
    known = _met(one, found).items()
    return {network: str(each.get("NetworkID") or "") for network, each in known}


def aliases(one: Member, found: Iterable[Member]) -> tuple[str, ...]:
    """The other names by which those on its networks know it, but for its id's beginning. Pure."""
    every = {name for each in _met(one, found).values() for name in each.get("Aliases") or ()}
    own = host(one, found)
    return tuple(sorted(each for each in every if each != own and not one.id.startswith(each)))


def variables(one: Member, names: Iterable[str]) -> Mapping[str, str]:
    """Those of these variables that its processes were given: no other is looked at. Pure."""
    given = dict(each.partition("=")[::2] for each in one.container["Config"].get("Env") or ())
    return {name: given[name] for name in names if name in given}


def _met(one: Member, found: Iterable[Member]) -> Mapping[str, Mapping[str, Any]]:
    """The networks on which it can be met, as the engine tells of them; they may be another's."""
    there = tuple(found)
    name = host(one, there)
    holder = next((each for each in there if each.name == name), None)
    return holder.networks if holder is not None else {}


def _running_from(engine: Engine, file: Path) -> str:
    """The one project whose containers were made from this file. Raises RuntimeFailure."""
    with failures("listing containers"):
        listed = engine.api.containers(all=True, filters={"label": [PROJECT]})
    labels = [each.get("Labels") or {} for each in listed]
    found = sorted({each[PROJECT] for each in labels if _made_from(file, each.get(FILES, ""))})
    if not found:
        if not file.is_file():
            raise RuntimeFailure(
                f"there is no compose file {file}", f"correct {_PLACE}.beside in seatrial.yaml"
            )
        others = ", ".join(sorted({each[PROJECT] for each in labels})[:5])
        running = f"; there are containers of {others}" if others else ""
        raise RuntimeFailure(
            f"nothing runs from {file}{running}",
            f"start it with `docker compose -f {file} up -d`",
        )
    if len(found) > 1:
        raise RuntimeFailure(
            f"{len(found)} compose projects run from {file}: {', '.join(found)}",
            f"write {_PLACE}.project: {found[0]}",
        )
    return str(found[0])


def _made_from(file: Path, written: str) -> bool:
    """Whether a file is among those that Compose noted, with commas between, as absolute paths."""
    named = {Path(each) for each in written.split(",") if each}
    return bool(named & {file, file.resolve()}) or file.resolve() in {
        each.resolve() for each in named if each.name == file.name
    }
