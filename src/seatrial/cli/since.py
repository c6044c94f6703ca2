"""Spans of time, as commands are given them: how far back one looks, how long it lasts."""

from collections.abc import Callable
from typing import Any

import click

from seatrial.system.units import Duration

_LONGEST = "3650d"


def since_option(default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--since 5m`, in seconds."""
    return click.option(
        "--since",
        default=default,
        callback=lasting(_LONGEST),
        metavar="TIME",
        show_default=True,
        help="How far back.",
    )


def lasting(
    longest: str,
) -> Callable[[click.Context, click.Parameter, str | None], float | None]:
    """What reads an option as seconds, of which it takes no more than the `longest` span.

    Raises ValueError where that is none.
    """
    most = Duration.parse(longest).seconds

    def seconds(
        _ctx: click.Context, _parameter: click.Parameter, value: str | None
    ) -> float | None:
        if value is None:
            return None
        try:
            found = Duration.parse(value).seconds
        except ValueError as error:
            raise click.BadParameter(f"{error}") from error
        if not 0 < found <= most:
            raise click.BadParameter(f"write more than 0s and at most {longest}")
        return found

    return seconds
