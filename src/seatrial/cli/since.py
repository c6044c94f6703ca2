"""How far back a command looks."""

from collections.abc import Callable
from typing import Any

import click

from seatrial.system.units import Duration

_LONGEST = 3650 * 86400.0


def since_option(default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--since 5m`, in seconds."""
    return click.option(
        "--since",
        default=default,
        callback=_since,
        metavar="TIME",
        show_default=True,
        help="How far back.",
    )


def _since(_ctx: click.Context, _parameter: click.Parameter, value: str) -> float:
    try:
        seconds = Duration.parse(value).seconds
    except ValueError as error:
        raise click.BadParameter(f"{error}") from error
    if not 0 < seconds <= _LONGEST:
        raise click.BadParameter("write more than 0s and at most 3650d")
    return seconds
