"""What stands in the place of the daemon that copies the files of a service."""

from collections.abc import Mapping
from typing import Any

from seatrial.capabilities.backup import place, policy, restic
from seatrial.capabilities.backup.folders import copied
from seatrial.capabilities.backup.place import Keeper
from seatrial.contract.capability import Context
from seatrial.contract.output import Addition, File, Volume
from seatrial.contract.placeholder import resolve
from seatrial.system.model import System

DAEMON_PORTS = {place.HTTP: 8080}
OWN = ".seatrial"  # beside the folders that are kept: what drills and commands write
_PASSWORD = "password"  # noqa: S105 - the file's name
_KEEPS = "self.keeps."


def secret(service: str) -> str:
    """The secret with which the repository is encrypted."""
    return f"{place.named(service)}-cipher"


def secrets(_system: System, keeper: Keeper) -> tuple[str, ...]:
    """What encrypts the one repository that it knows of."""
    return restic.secrets(keeper) if keeper.region else (secret(keeper.store),)


def additions(_system: System, service: str) -> tuple[Addition, ...]:
    """A folder of ours beside the service's own: what lies there is copied, too."""
    return (Addition(workload=service, volumes=(Volume(name="seatrial", path=OWN),)),)


def files(_context: Context, keeper: Keeper) -> tuple[File, ...]:
    """The repository's password; of one in another region what reaches it, too."""
    if keeper.region:
        return restic.files(keeper)
    return (
        File(
            path=_PASSWORD,
            text=f"${{secret.{secret(keeper.store)}}}\n",
            why=f"what encrypts the backups of {keeper.store}",
            secret=True,
        ),
    )


def plan(context: Context, keeper: Keeper) -> Mapping[str, Any]:
    """What the daemon's plan says besides."""
    name = keeper.store
    service, found = context.system.services[name], policy.of_files(context.system, name)
    pair = {"backup": command(found.backup), "restore": command(found.restore)}
    return {
        "place": "${self.shared}",
        "kept": list(service.keeps),
        "folders": list(copied(service.keeps, found)),
        "pair": pair if found.backup else None,
        "system": "${system.dir}",
        "within": found.within.seconds,
        "repository": f"${{self.dir}}/{place.REPOSITORY}",
        "password": f"${{self.dir}}/{_PASSWORD}",
        "secret": secret(name),
        "lies": "" if keeper.region else f"${{self.dir}}/{place.REPOSITORY}",
        "far": restic.plan(context, keeper),
        "keep": found.keep.seconds,
        "port": 0,  # a copy is a folder, which nothing serves
        "drill_port": 0,
        "invariants": {each: command(text) for each, text in service.invariants.items()},
    }


def command(text: str) -> str:
    """A command with `${place}` for the folder that it is run on: the service's own, or a copy."""

    def lookup(name: str) -> str | None:
        if name.startswith(_KEEPS):
            return f"${{place}}/{name.removeprefix(_KEEPS)}"
        return "${place}" if name == "self.dir" else None

    return resolve(text, lookup)
