"""Where the files of a service are not backed up as the file promises."""

import shlex
from collections.abc import Iterator

from pydantic import ValidationError

from seatrial.capabilities.backup import policy
from seatrial.system import regions
from seatrial.system.model import System
from seatrial.system.problem import Problem
from seatrial.system.suggest import Suggester

_EXCEPTED = (policy.REQUIREMENT, f"{policy.REQUIREMENT}.2")


def problems(system: System) -> Iterator[Problem]:
    """What is wrong, each at its own place."""
    for name, each in system.services.items():
        if "backup" in each.model_fields_set:
            yield from _of_backup(system, name)
        elif each.keeps and policy.asked(system, name, _EXCEPTED):
            yield Problem(
                "ST7105",
                system.place("services", name, "keeps"),
                f"{name} keeps files that nobody backs up, and {policy.REQUIREMENT} is promised",
                f"write backup: {{}} to it, or except {_EXCEPTED[-1]} for it in exceptions",
            )


def _of_backup(system: System, name: str) -> Iterator[Problem]:
    try:
        found = policy.of_files(system, name)
    except ValidationError as error:
        yield from (policy.misread(system, name, one) for one in error.errors())
        return
    yield from policy.outlived(system, name, found)
    yield from policy.beside_home(system, name, found)
    yield from policy.apart(system, name)
    yield from _of_regions(system, name)
    yield from _of_folders(system, name, found)
    yield from _of_pair(system, name, found)


def _of_regions(system: System, name: str) -> Iterator[Problem]:
    run = regions.of(system.services[name], regions.spread(system))
    if len(run) > 1:
        yield Problem(
            "ST7123",
            system.place("services", name, "keeps"),
            f"{name} runs in {', '.join(run)}, and keeps its files in each by itself",
            f"write regions: [{run[0]}] to it, or keep the files in a store",
        )


def _of_folders(system: System, name: str, found: policy.Copied) -> Iterator[Problem]:
    kept = system.services[name].keeps
    for number, folder in enumerate(found.files or ()):
        if folder not in kept:
            yield Problem(
                "ST7124",
                system.place("services", name, "backup", "files", number),
                f"{name} keeps no folder {folder!r}",
                Suggester().cure(folder, kept, f"write one of {', '.join(kept)}"),
            )
    left = [each for each in kept if each not in copied(kept, found)]
    if left and not found.backup and not found.restore:
        yield Problem(
            "ST7121",
            system.place("services", name, "backup"),
            f"of what {name} keeps nobody backs up {', '.join(left)}",
            "add it to files, or write the commands backup and restore that stand for it",
        )


def copied(kept: tuple[str, ...], found: policy.Copied) -> tuple[str, ...]:
    """The folders that are copied as they are."""
    if found.files is not None:
        return tuple(each for each in kept if each in found.files)
    return () if found.backup else kept


def _of_pair(system: System, name: str, found: policy.Copied) -> Iterator[Problem]:
    commands = {"backup": found.backup, "restore": found.restore}
    if not any(commands.values()):
        return
    for key, command in commands.items():
        place = system.place("services", name, "backup", key)
        if not command:
            other = next(each for each in commands if each != key)
            yield Problem(
                "ST7122",
                place,
                f"{name} has a command backup.{other} and no backup.{key}",
                f"write backup.{key}, too, or delete the other",
            )
            continue
        try:
            words = shlex.split(command)
        except ValueError as error:
            told = f"the command backup.{key} of {name} cannot be read: {str(error).lower()}"
            yield Problem("ST7122", place, told, "write it as a shell would split it")
            continue
        if not any("${out}" in each for each in words):
            yield Problem(
                "ST7122",
                place,
                f"the command backup.{key} of {name} does not say ${{out}}",
                "write ${out} for the folder that the one fills and the other finds",
            )
