"""`seatrial restore`: a store as it was at a moment, in its own place or as a copy beside it."""

import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from seatrial.app import backup
from seatrial.app.taking import named
from seatrial.app.unclear import Unclear, unknown
from seatrial.cli import screen
from seatrial.cli.in_place import confirmed, finished, left_by, say, taken_by
from seatrial.cli.where import file_option
from seatrial.contract.words import duration, exact, second, size
from seatrial.system.moment import UnclearMoment, moment

_BESIDE = "write --into with a name for the copy, and bring over from it what you need"


def _moment(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> float | None:
    if value is None:
        return None
    try:
        found = moment(value)
    except UnclearMoment as unclear:
        raise click.BadParameter(str(unclear)) from unclear
    if found > time.time():
        raise click.BadParameter(f"{value} is in the future; write a moment that has passed")
    return found


@click.command("restore")
@file_option
@click.option("--to", "target", callback=_moment, metavar="MOMENT", help="With its zone.")
@click.option("--into", metavar="NAME", default="", help="Only as a copy of this name, beside it.")
@click.option("--take", metavar="NAME", help="Have this copy take the store's place.")
@click.option("--aside", metavar="NAME", default="", help="Name the copy of what it had.")
@click.option("--leave", is_flag=True, help="Let go of a take that was begun.")
@click.option("--confirm", metavar="STORE", default="", help="Its name once more, not to be asked.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--system", metavar="NUMBER", default="", help="Another server's backups than its.")
@click.option("--remove", metavar="NAME", help="Remove a copy.")
@click.option("--from", "region", metavar="REGION", default="", help="Else from home.")
@click.argument("store")
def command(
    file: Path,
    *,
    target: float | None,
    into: str,
    take: str | None,
    aside: str,
    leave: bool,
    confirm: str,
    dry_run: bool,
    system: str,
    remove: str | None,
    region: str,
    store: str,
) -> None:
    """Bring STORE back as it was: `--to '2026-11-23 10:15:30+01:00'`.

    A copy is restored, which answers at an address of its own and archives nothing. With --into it
    stays beside the store, which goes on as it is; without, it then takes the store's place, and
    what the store had becomes a copy.
    """
    chosen = {"--to": target is not None, "--take": take is not None}
    if system and target is None:
        raise click.UsageError("--system goes with --to: it says whose backup is restored")
    _checked(chosen, {"--remove": remove is not None, "--leave": leave}, into, dry_run=dry_run)
    if (aside or confirm) and (into or not any(chosen.values())):
        raise click.UsageError(
            "--aside and --confirm go with what takes the store's place: --to without --into,"
            " or --take"
        )
    try:
        one = replace(backup.backed(file, store, region), system=system)
        if remove is not None:
            _removed(one, remove)
        elif leave:
            left_by(one)
        elif take is not None:
            _taken(one, take, confirm, aside)
        elif target is not None and into:
            _beside(one, target, into, dry_run=dry_run)
        elif target is not None:
            _in_place(one, target, confirm, aside, dry_run=dry_run)
    except Unclear as unclear:
        raise click.UsageError(str(unclear)) from unclear


def _checked(
    brings: Mapping[str, bool], others: Mapping[str, bool], into: str, *, dry_run: bool
) -> None:
    """Raise UsageError unless one thing is asked, with words that go with it."""
    if sum((*brings.values(), *others.values())) != 1:
        raise click.UsageError(
            "write --to with the moment, --take or --remove with a copy's name, or --leave:"
            " one of them"
        )
    if into and not brings["--to"]:
        raise click.UsageError("--into names what --to restores; write --to, too")
    if dry_run and not brings["--to"]:
        raise click.UsageError("--dry-run goes with --to: it says what would be restored")


def _removed(one: backup.Backed, name: str) -> None:
    one.remove(name)
    one.followed("removal", say, time.sleep)
    screen.err().print(f"removed the copy {name}")


def _taken(one: backup.Backed, name: str, confirm: str, aside: str) -> None:
    finished(one, name)
    told = one.told()
    _free(told, name, aside)
    there = [each["name"] for each in told["copies"]]
    if name not in {*there, told["taking"]}:
        raise unknown("copy", name, there)
    confirmed(one, name, confirm)
    taken_by(one, name, aside)


def _free(told: backup.Told, name: str, aside: str) -> None:
    """Raise Unclear where what the store had could not be called so; not of one that has it."""
    there = [each["name"] for each in told["copies"]]
    if aside in there and not (told["taking"] == name and told["taken"]):
        raise Unclear(f"there is a copy {aside} already", "write --aside with another name")


def _beside(one: backup.Backed, target: float, into: str, *, dry_run: bool) -> None:
    work = _done(one.told(), target, into)  # by a command that was broken off, and not seen
    if work is None:
        _shown(one, target, into)
        screen.err().print(f"  into the copy {into}; {one.store} goes on as it is")
    else:
        screen.err().print(f"{one.store} as it was at {exact(target)} is the copy {into} already")
    if dry_run:
        return
    if work is None:
        one.restore(target, into)
        work = _watched(one)
    code = _told(work)
    told, console = one.told(), screen.out()
    console.print(_found(one, told, into), soft_wrap=True)  # a path is one line
    console.print(f"`{one.order} --remove {into}` removes it")
    sys.exit(code)


def _watched(one: backup.Backed) -> backup.Told:
    """The restore at its end. Ctrl-C ends the watching alone, and whoever does that is told so."""
    try:
        return one.followed("restore", say, time.sleep)
    except KeyboardInterrupt:
        screen.err().print(f"{one.daemon} goes on with it; the same command again watches on")
        raise


def _found(one: backup.Backed, told: backup.Told, name: str) -> str:
    """Where a copy is: one of files is served by nobody."""
    if told["address"]:
        return f"the copy answers at {told['address']}, user {told['user']}"
    folders = [each["folder"] for each in told["copies"] if each["name"] == name]
    where = f" in the container of {one.daemon}" if one.apart else ""
    return f"the copy lies in {', '.join(folders)}{where}"


def _in_place(
    one: backup.Backed, target: float, confirm: str, aside: str, *, dry_run: bool
) -> None:
    """As a copy, which then takes the store's place."""
    name, told = named(target), one.told()
    if told["unable"]:
        raise Unclear(told["unable"], _BESIDE)
    _free(told, name, aside)
    if dry_run and told["taking"] == name:
        screen.err().print(f"the copy {name} is taking the place of {one.store} already")
        return
    if told["taking"] == name:  # all of it was restored, and held, before it was broken off
        confirmed(one, name, confirm)
        taken_by(one, name, aside)
        return
    work = _done(told, target, name)
    if work is None:
        _shown(one, target, name)
    screen.err().print(f"  into the copy {name}, which then takes the place of {one.store}")
    if dry_run:
        return
    confirmed(one, name, confirm)
    if work is None:
        _afresh(one, told, name)
        one.restore(target, name)
        work = _watched(one)
    code = _told(work)
    if code != screen.READY:
        console = screen.err()
        console.print(f"{one.store} goes on as it is: what must hold of it does not in the copy")
        console.print(f"`{one.order} --take {name}` has it take its place anyway")
        sys.exit(code)
    taken_by(one, name, aside)


def _done(told: backup.Told, target: float, name: str) -> Mapping[str, Any] | None:
    """The restore of that copy to that moment, where it has come to its end, and is known."""
    work = told["works"].get("restore", {})
    whole = any(each["name"] == name and each["whole"] for each in told["copies"])
    same = work.get("about") == {"target": target, "into": name}
    return work if whole and same and work["state"] == "done" else None


def _afresh(one: backup.Backed, told: backup.Told, name: str) -> None:
    """Have no whole copy of that name: nobody knows any more whether it held what it must."""
    if any(each["name"] == name and each["whole"] for each in told["copies"]):
        _removed(one, name)


def _shown(one: backup.Backed, target: float, into: str) -> None:
    """The dry run, which comes first in any case."""
    found = one.preview(target, into)
    console = screen.err()
    console.print(f"{one.store} as it was at {exact(target)}")
    lies = f" in {one.region}" if one.region else ""
    console.print(
        f"  from {found['backup']} ({found['kind']}){lies}, ended {second(found['ended'])}"
    )
    if found["moment"] is not None:
        before = duration(target - found["moment"])
        if found["moment"] == found["ended"]:  # files, read one after the other until then
            read = f"each file as it was from {second(found['began'])} on, when it was read"
            console.print(f"  {read}: what was written since may be in no backup")
        else:
            console.print(f"  as it was at {second(found['moment'])}, {before} before that moment:")
            console.print("  what was written in between is in no backup")
    if found["rotten"]:
        console.print("  that backup is rotten in the repository, and no other reaches the moment")
    if found["damaged"]:
        console.print("  that backup is damaged: the copy may be so, too, or there will be none")
    console.print(f"  needs {size(found['needed'])}, {size(found['free'])} are free")


def _told(work: Mapping[str, Any]) -> int:
    result = work["result"]
    console = screen.out()
    console.print(f"restored in {duration(result['restored'])} from {result['backup']}")
    console.print(
        f"replayed in {duration(result['replayed'])}"
        if "replayed" in result
        else f"loaded in {duration(result['loaded'])}, as it was at {second(result['moment'])}"
    )
    broken = [name for name, answer in result["invariants"].items() if answer != "t"]
    for name, answer in result["invariants"].items():
        mark = "ok  " if answer == "t" else "FAIL"
        console.print(f"  {mark} {name}" + ("" if answer == "t" else f": {answer}"))
    return screen.NOT_READY if broken else screen.READY
