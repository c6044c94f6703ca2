"""Whether somebody agrees to what a command would do."""

import sys

import click


def agreed(question: str) -> None:
    """Ask it; raise Abort where the answer is no, UsageError where there is nobody to ask."""
    if not sys.stdin.isatty():
        raise click.UsageError(f"{question} There is no terminal to ask on: confirm it with --yes")
    click.confirm(question, abort=True, err=True)
