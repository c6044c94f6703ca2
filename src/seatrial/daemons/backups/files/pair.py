"""The service's own commands: how they are run, and what is said where they fail."""

from __future__ import annotations

import shutil
from pathlib import Path

from seatrial.daemons.backups.command import CommandError, ended
from seatrial.daemons.backups.files.plan import Plan
from seatrial.daemons.shared.programs import kept


async def run(plan: Plan, command: str, place: Path) -> str:
    """Why it did not end well; empty where it did. It is never run for longer than it may."""
    name, _, value = plan.repository.mark.partition("=")
    try:
        found = await ended(
            *plan.words(command, place),
            env={**kept(), name: value},
            within=plan.within,
            cwd=plan.system,
        )
    except CommandError as error:
        return str(error)
    return found.failed if found.code else ""


async def put_out(plan: Plan) -> int:
    """Have in an empty folder what the command of a backup puts out: how many bytes.

    Raises CommandError.
    """
    if plan.pair is None:
        return 0
    out = plan.place / plan.out
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    failed = await run(plan, plan.pair.backup, plan.place)
    if failed:
        raise CommandError(f"the command of the backup failed: {failed}")
    if not any(out.iterdir()):
        raise CommandError("the command of the backup ended well and has put out nothing")
    return sum(each.lstat().st_size for each in out.rglob("*"))


async def put_back(plan: Plan, place: Path) -> None:
    """Have a copy's own data, made of what was put out. Raises CommandError."""
    if plan.pair is None:
        return
    failed = await run(plan, plan.pair.restore, place)
    if failed:
        raise CommandError(f"the command of the restore failed: {failed}")
