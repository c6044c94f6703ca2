"""Which running system a command is about, also where no file leads to it any more."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from seatrial.app.environment import absolute, name_in, open_runtime
from seatrial.app.find import Asked, Known, Unclear, find
from seatrial.cli import screen
from seatrial.cli.where import must_be_there
from seatrial.contract.runtime import Runtime, RuntimeFailure


def system_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--system NAME`: for what runs although no file leads to it any more."""
    return click.option(
        "--system",
        metavar="NAME",
        help="The system by its name, where its file is gone or several run in its folder.",
    )(command)


def what_runs(
    file: Path, system: str | None, *, data: bool = False
) -> tuple[Runtime, tuple[Known, ...]]:
    """The system that a file leads to, even one that was renamed, is broken or gone; and others.

    With `data` also one of which only data is left. Says so where the file's name did not decide.
    Raises Refused where no file can be read and nothing runs that could be meant.
    """
    path = absolute(file)
    source = click.get_current_context().get_parameter_source("file")
    asked = Asked(
        file=path,
        explicit=source is not ParameterSource.DEFAULT,
        there=path.exists(),
        name=name_in(path),
        system=system,
    )
    try:
        found = find(asked, data=data)
    except Unclear as unclear:
        screen.failure(RuntimeFailure(unclear.summary, unclear.cure), code=screen.BAD_INPUT)
    if found.why:
        screen.err().print(found.why)
    if found.runtime is not None:
        return found.runtime, found.others
    if not found.others:
        screen.err().print(f"no system of {path.parent} runs")
    still_running(found.others)
    must_be_there(file)
    return open_runtime(file), ()


def still_running(others: Iterable[Known]) -> None:
    """Say what else runs in the folder of a file, and how to end it."""
    for each in others:
        screen.err().print(
            f"{each} runs in this folder; `seatrial down --system {each.name}` ends it"
        )
