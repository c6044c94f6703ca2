"""Whether somebody agrees to what a command would do."""

import sys

import click


def agreed(question: str) -> None:
    """Ask it; raise Abort where the answer is no, UsageError where there is nobody to ask."""
    if not confirmed(question):
        raise click.Abort


def confirmed(question: str) -> bool:
    """Ask it, and whether the answer is yes; raise UsageError where there is nobody to ask."""
    _somebody(question, "--yes")
    return click.confirm(question, err=True)


def typed(name: str) -> str:
    """Have a name typed; raise UsageError where there is nobody to ask."""
    question = f"Type {name} to do it"
    _somebody(f"{question}.", f"--confirm {name}")
    found: str = click.prompt(question, err=True, default="")
    return found


def _somebody(question: str, option: str) -> None:
    if not sys.stdin.isatty():
        words = f"{question} There is no terminal to ask on: confirm it with {option}"
        raise click.UsageError(words)
