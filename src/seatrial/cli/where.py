"""Which file a command is about, and in which environment."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from seatrial.app.environment import absolute, name_in, open_runtime
from seatrial.app.find import Asked, Known, Unclear, find
from seatrial.app.plan import Refused
from seatrial.cli import screen
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.local import LocalRuntime
from seatrial.system.problem import Problem
from seatrial.system.read import read_text

DEFAULT = "seatrial.yaml"
_LARGEST = 64 << 20  # bytes; what is rendered may be larger than what may be written
_NO_FILE = frozenset({"ST1001", "ST1002", "ST1003"})  # none there, no file, not readable


def source_text(name: str) -> str | None:
    """The text of a file named in a problem, or None when it cannot be read."""
    found = read_text(Path(name), name, most=_LARGEST)  # never waits for a pipe
    return None if isinstance(found, Problem) else found


def file_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`-f FILE`: the system's file, seatrial.yaml here by default."""
    return click.option(
        "-f",
        "--file",
        "file",
        # What cannot be read is told by whoever reads it: with place, code and cure.
        type=click.Path(path_type=Path, readable=False),
        default=Path(DEFAULT),
        show_default=True,
        envvar="SEATRIAL_FILE",
        help="The file that describes the system.",
    )(command)


def system_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--system NAME`: for what runs although no file leads to it any more."""
    return click.option(
        "--system",
        metavar="NAME",
        help="The system by its name, where its file is gone or several run in its folder.",
    )(command)


def what_runs(
    file: Path, system: str | None, *, data: bool = False
) -> tuple[LocalRuntime, tuple[Known, ...]]:
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


def must_be_there(file: Path) -> None:
    """For commands that read no more than the system's name: Refused where no file can be read.

    Its content may be broken: `down` and `undo` must work then. But a mistyped path must not end
    in "nothing is left".
    """
    found = read_text(file, str(file))
    if isinstance(found, Problem) and found.code in _NO_FILE:
        raise Refused((found,))


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--json`: data for programs."""
    return click.option("--json", "as_json", is_flag=True, help="Print data for programs.")(command)
