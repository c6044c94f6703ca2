"""Which file a command is about, and in which environment."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

DEFAULT = "seatrial.yaml"


def source_text(name: str) -> str | None:
    """The text of a file named in a problem, or None when it cannot be read."""
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def file_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`-f FILE`: the system's file, seatrial.yaml here by default."""
    return click.option(
        "-f",
        "--file",
        "file",
        type=click.Path(path_type=Path),
        default=Path(DEFAULT),
        show_default=True,
        envvar="SEATRIAL_FILE",
        help="The file that describes the system.",
    )(command)


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--json`: data for programs."""
    return click.option("--json", "as_json", is_flag=True, help="Print data for programs.")(command)
