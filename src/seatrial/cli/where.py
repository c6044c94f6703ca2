"""Which file a command is about, and in which environment."""

from collections.abc import Callable
from dataclasses import replace
from functools import update_wrapper
from pathlib import Path
from typing import Any

import click

from seatrial.app.refused import Refused
from seatrial.system.problem import Problem
from seatrial.system.read import read_text

DEFAULT = "seatrial.yaml"
_LARGEST = 64 << 20  # bytes; what is rendered may be larger than what may be written
_NOT_THERE = "ST1001"
_NO_FILE = frozenset({_NOT_THERE, "ST1002", "ST1003"})  # none there, no file, not readable


def source_text(name: str) -> str | None:
    """The text of a file named in a problem, or None when it cannot be read."""
    found = read_text(Path(name), name, most=_LARGEST)  # never waits for a pipe
    return None if isinstance(found, Problem) else found


# What cannot be read is told by whoever reads it: with place, code and cure.
_PATH = click.Path(path_type=Path, readable=False)


def file_of_group(command: Callable[..., Any]) -> Callable[..., Any]:
    """`-f FILE` behind a command of a group, too; else the file is the one of the group."""

    @click.pass_obj
    def called(file: Path, /, *arguments: Any, own: Path | None, **options: Any) -> Any:
        return command(own or file, *arguments, **options)

    told = click.option(
        "-f", "--file", "own", type=_PATH, help="The file that describes the system."
    )
    return told(update_wrapper(called, command))


def file_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`-f FILE`: the system's file, seatrial.yaml here by default."""
    return click.option(
        "-f",
        "--file",
        "file",
        type=_PATH,
        default=Path(DEFAULT),
        show_default=True,
        envvar="SEATRIAL_FILE",
        help="The file that describes the system.",
    )(command)


def must_be_there(file: Path) -> None:
    """For commands that read no more than the system's name: Refused where no file can be read.

    Its content may be broken: `down` and `undo` must work then. But a mistyped path must not end
    in "nothing is left".
    """
    found = read_text(file, str(file))
    if not isinstance(found, Problem) or found.code not in _NO_FILE:
        return
    if found.code == _NOT_THERE:  # whoever ends or looks at a system wants no new file written
        command = click.get_current_context().command_path
        cure = f"name the file of the system that you mean: `{command} --file FOLDER/{DEFAULT}`"
        found = replace(found, cure=cure)
    raise Refused((found,))


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--json`: data for programs."""
    return click.option("--json", "as_json", is_flag=True, help="Print data for programs.")(command)
