"""Whether a command that stands on a page still exists, as click itself reads it."""

import shlex

import click

from seatrial.cli.main import main

_PROGRAM = "seatrial"


def wrong(line: str) -> str:
    """Why this command line could not be run as it stands, in a sentence; or empty.

    Names, options, arguments and their values are read as when it is run; nothing is run. Of other
    programs than ours nothing is known, and that is said.
    """
    try:
        program, *words = shlex.split(line) or [""]
        if program != _PROGRAM:
            named = program or "an empty line"
            return f"{named} is not seatrial: nothing here knows whether it exists"
        _read(main, program, words, None)
    except click.ClickException as error:
        return error.format_message()
    except ValueError as error:
        return str(error)
    return ""


def _read(
    command: click.Command, name: str, words: list[str], parent: click.Context | None
) -> None:
    """Read the words of a command and of the commands below it. Raises ClickException."""
    if not words and command.no_args_is_help:  # click would answer with all of its help
        raise click.UsageError(f"{name} needs a command")
    context = command.make_context(name, list(words), parent=parent)
    if not isinstance(command, click.Group):
        return
    rest = [*context._protected_args, *context.args]  # noqa: SLF001 - as click's completion does
    if not rest:
        if not command.invoke_without_command:
            raise click.UsageError(f"{name} needs a command")
        return
    below, found, left = command.resolve_command(context, rest)
    if found is None or below is None:
        raise click.UsageError(f"{context.command_path} has no command {rest[0]!r}")
    _read(found, below, left, context)
