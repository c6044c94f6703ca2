"""The command `seatrial`: its subcommands, and the border where failures become words.

Subcommands are imported when they are called: `seatrial --help` must not pay for all of them.
"""

import gc
import importlib
import select
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

import click

from seatrial.cli.codes import BAD_INPUT, INTERRUPTED, READY
from seatrial.cli.streams import nobody_reads

# A plan is values that stay until the command ends: to look for garbage among them as often as by
# default costs a seventh of the time of a large one.
_ALLOCATIONS = 50_000
COMMANDS = {
    "init": "write a first seatrial.yaml",
    "assess": "review a compose file, manifests or a seatrial.yaml, and start nothing",
    "check": "read the file and say what is wrong with it",
    "plan": "show what would be written and run, and why",
    "diff": "show what would change against what runs",
    "up": "start the system and everything around it",
    "down": "stop and remove everything that up started",
    "status": "show what runs and how it is",
    "boards": "look at the boards in a browser",
    "prove": "inject faults and show that each promise is kept",
    "test": "run the tests that seatrial ships for your system",
    "report": "write the signed report of the last proofs",
    "sla": "account for what users got of what was promised",
    "impact": "say which journeys stop when a part is gone, and in which order all comes back",
    "docs": "write the recovery documents: procedures, plans, checklists",
    "exercise": "list what is exercised how often, hold an exercise, sign its record",
    "prober": "look at the system from a machine outside",
    "verify": "check a report or evidence offline",
    "undo": "undo every fault that is still in place",
    "backup": "list the backups of stores and of the system, or take one now",
    "restore": "bring a store back as it was at a moment",
    "deletions": "find what took rows away, and the moment before",
    "key": "make the key to which the system itself is sealed",
    "recover": "bring a system's file and secrets back, from a sealed bundle",
    "failover": "list who is whose primary, or make another one it",
    "failback": "return a store to its home region",
    "traffic": "say which region takes users, or lead them to another one",
    "logs": "search what every workload wrote",
    "silence": "silence alerts for a while, with a reason",
    "trace": "show where the time of a journey's run went, or who calls whom",
    "engines": "list or install the products that do the work",
    "images": "list, fetch, build, save or load the images of containers",
    "doctor": "say what this machine can do",
    "explain": "explain a requirement, a key of the file or a problem's code",
    "completion": "print the script that completes words in your shell",
}


@contextmanager
def _readers_may_leave() -> Iterator[None]:
    """What is written when its reader has left is lost, and no error: before click calls it one.

    The exit code stays what the command makes it. Raises RuntimeFailure for a pipe or a socket
    that is not our own output: then something outside has failed.
    """
    try:
        try:
            yield
        finally:
            sys.stdout.flush()  # at the interpreter's end it would be too late to be caught
    except BrokenPipeError as error:
        if not _left(sys.stdout):
            from seatrial.contract.runtime import RuntimeFailure  # noqa: PLC0415 - see `entry`

            raise RuntimeFailure(str(error), "run it again") from error
        nobody_reads(sys.stdout)
        context = error.__context__
        if context is not None and not isinstance(context, BrokenPipeError):
            raise context from None
        raise click.exceptions.Exit(READY) from None


def _left(stream: TextIO) -> bool:
    """Whether nobody reads any more what is written to a stream."""
    poll = select.poll()
    poll.register(stream.fileno(), 0)
    return any(happened & (select.POLLERR | select.POLLHUP) for _, happened in poll.poll(0))


class Lazy(click.Group):
    """A group whose subcommands are modules of this folder, one file a command."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """As click's; `seatrial --help | head` ends well."""
        with _readers_may_leave():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """As click's; `seatrial plan | head` ends well."""
        with _readers_may_leave():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order of a first day with the product, not of the alphabet."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The module's `command`."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"seatrial.cli.{cmd_name}_")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list for --help, without importing a single command."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """With a suggestion where a name is nearly right."""
        from difflib import get_close_matches  # noqa: PLC0415 - only on the way to an error

        known = ctx.resilient_parsing or not args or args[0] in COMMANDS
        if not known and not args[0].startswith("-"):
            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f"; did you mean `seatrial {near[0]}`?" if near else ""
            raise click.UsageError(f"no command {args[0]!r}{hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="seatrial")
def main() -> None:
    """Sea trials for containerised systems.

    Describe your system once in seatrial.yaml; seatrial runs real engines around it and proves
    that it is ready for production. Exit codes: 0 ready, 1 not ready, 2 bad input or usage,
    3 could not determine, 130 interrupted.
    """


def entry(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; every known failure ends in words and an exit code."""
    gc.set_threshold(_ALLOCATIONS)
    try:
        main.main(arguments, prog_name="seatrial", standalone_mode=False)
    except click.exceptions.Abort:
        _say("interrupted")
        sys.exit(INTERRUPTED)
    except KeyboardInterrupt:
        _say("interrupted")
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(BAD_INPUT)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except Exception as error:  # the border: what is known becomes words, all else goes on
        _known(error)
        raise


def _known(error: Exception) -> None:
    """End in words and an exit code, where the error is one that we foresee.

    Imported only here, because a command that ends well need not load what could have failed.
    """
    from seatrial.app.refused import Refused  # noqa: PLC0415
    from seatrial.cli import screen  # noqa: PLC0415
    from seatrial.cli.where import source_text  # noqa: PLC0415
    from seatrial.contract.runtime import NoSuchWorkload, RuntimeFailure  # noqa: PLC0415
    from seatrial.evidence.failure import EvidenceFailure  # noqa: PLC0415

    match error:
        case Refused():
            screen.problems(error.problems, source=source_text)
            sys.exit(BAD_INPUT)
        case NoSuchWorkload():
            screen.failure(error, code=BAD_INPUT)
        case RuntimeFailure():
            screen.failure(error)
        case EvidenceFailure():
            where = f"{error.place}: " if error.place else ""
            screen.failure(RuntimeFailure(f"{where}{error.summary}", error.cure))
        case OSError():  # a full disk, a folder that may not be written
            screen.failure(
                RuntimeFailure(str(error), "make room or give access, then run it again")
            )
        case _:
            return


def _say(word: str) -> None:
    from seatrial.cli import screen  # noqa: PLC0415 - rich is not loaded for what goes well

    screen.err().print(word)
