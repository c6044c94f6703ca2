"""restic as it is called: each call's words, and what it says.

https://restic.readthedocs.io/en/stable/075_scripting.html describes its JSON and exit codes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatrial.daemons.backups.command import CommandError, Ended, ended
from seatrial.daemons.shared.bucket import Place
from seatrial.daemons.shared.programs import called

PROGRAM = "restic"
MARK = "SEATRIAL_BACKUPS_OF"  # of the environment of all that we start
_LONG = 24 * 3600.0
_UNREAD = 3  # its exit code where there is a snapshot, and something could not be read for it
_GONE = 2  # ENOENT
_GONE_WORDS = "no such file or directory"
_HOUR = 3600.0
_BY_PATH = ("-o", "s3.bucket-lookup=path")  # an address has no names below it


class UnreadError(CommandError):
    """What should have been copied could not be read; nothing is said of the repository."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What it says of a snapshot that it took: bytes, files, and how many went away meanwhile."""

    id: str
    size: int
    added: int
    files: int
    gone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Restic:
    """One repository; its password is in a file, and is the `secret` of that name.

    It is a folder, or lies below a key of the bucket that is a `place`. All but `mark` raise
    CommandError.
    """

    repository: str
    password: Path
    secret: str
    place: Place | None = None

    @property
    def mark(self) -> str:
        """What all that we start has in its environment."""
        return f"{MARK}={self.repository}"

    def _reached(self) -> tuple[tuple[str, ...], dict[str, str]]:
        """By which words and variables what lies in another region is."""
        where = self.place
        if where is None:
            return (), {}
        try:
            word = where.word()
        except OSError as error:
            raise CommandError(f"{where.password} cannot be read: {error.strerror}") from error
        return (
            ("--cacert", str(where.authority), "-o", f"s3.region={where.region}", *_BY_PATH),
            {"AWS_ACCESS_KEY_ID": where.user, "AWS_SECRET_ACCESS_KEY": word},
        )

    async def _asked(self, *words: str, cwd: Path | None = None) -> Ended:
        reached, env = self._reached()
        program, executable = called(PROGRAM)
        return await ended(
            *program,
            "--no-cache",  # a repository is as near as a cache would be, or is seldom read
            *reached,
            "--repo",
            self.repository,
            "--password-file",
            str(self.password),
            *words,
            env={MARK: self.repository, **env},
            within=_LONG,
            cwd=cwd,
            executable=executable,
        )

    async def _done(self, *words: str, cwd: Path | None = None) -> str:
        found = await self._asked(*words, cwd=cwd)
        if "wrong password" in found.err:
            raise CommandError(
                f"the repository {self.repository} was made with another password than the secret"
                f" {self.secret} holds; put back the one that it was made with"
            )
        if found.code:
            raise CommandError(found.failed)
        return found.out

    async def opened(self, *, there: bool) -> None:
        """Have a repository, which our password opens; `there`: somebody has made one."""
        if there:
            await self._done("cat", "config", "--no-lock")
        else:
            await self._done("init")

    async def unlocked(self) -> None:
        """Nobody else works with it: a lock that is there was left by what was killed."""
        await self._done("unlock", "--remove-all")

    async def backup(self, place: Path, paths: Iterable[str]) -> Copied:
        """Take a snapshot of paths in a place. What is deleted meanwhile is not in it.

        Raises UnreadError where something in the place could not be read.
        """
        words = ("backup", "--json", "--quiet", "--host", "seatrial", *paths)
        found = await self._asked(*words, cwd=place)
        if found.code not in {0, _UNREAD}:
            raise CommandError(found.failed)
        unread = tuple(errors(found.err))
        left = [each for each in unread if not _gone(each)]
        if left:
            told = "not all could be read: " + "; ".join(_worded(each) for each in left[:3])
            raise UnreadError(told) if all(map(_of_a_file, left)) else CommandError(told)
        if found.code and not unread:
            raise CommandError(found.failed)
        return copied(found.out, len(unread))

    async def restore(self, snapshot: str, target: Path) -> None:
        """Write what a snapshot holds below a folder."""
        await self._done("restore", snapshot, "--target", str(target))

    async def check(self) -> None:
        """See that whatever a snapshot needs is in the repository."""
        await self._done("check")

    async def outdate(self, keep: float) -> None:
        """Remove what is older than `keep` seconds, and of older hours and days all but the newest.

        These times are counted back from the newest snapshot, which is never removed.
        """
        hours = max(1, int(keep // _HOUR))
        await self._done(
            "forget",
            "--group-by=",
            "--keep-last=1",
            f"--keep-within={min(2, hours)}h",
            f"--keep-within-hourly={min(24, hours)}h",
            f"--keep-within-daily={hours}h",
            "--prune",
        )

    async def forgotten(self, snapshots: Iterable[str], *, prune: bool = False) -> None:
        """Remove snapshots, and no other; what only they hold goes with `prune`, or with the next.

        Where they count for nothing, so no good one goes in their stead.
        """
        if found := sorted(snapshots):
            await self._done("forget", *(("--prune",) if prune else ()), *found)

    async def tagged(self, snapshot: str, tag: str) -> None:
        """Have that tag at a snapshot, and no other; it has another id then."""
        await self._done("tag", "--set", tag, snapshot)

    async def snapshots(self) -> tuple[Mapping[str, Any], ...]:
        """What restic says of each: its `id`, its `tags` where it has some."""
        try:
            return tuple(json.loads(await self._done("snapshots", "--json", "--no-lock")) or ())
        except ValueError as error:
            raise CommandError(f"restic does not say which snapshots there are: {error}") from error


def copied(text: str, gone: int) -> Copied:
    """What the summary of a backup says. Raises CommandError where there is none."""
    for line in text.splitlines():
        found = _object(line)
        if found.get("message_type") == "summary":
            return Copied(
                id=str(found["snapshot_id"]),
                size=int(found["total_bytes_processed"]),
                added=int(found["data_added"]),
                files=int(found["total_files_processed"]),
                gone=gone,
            )
    raise CommandError("restic took a backup and does not say which")


def errors(text: str) -> Iterator[Mapping[str, Any]]:
    """What could not be read, as its lines on standard error say."""
    for line in text.splitlines():
        found = _object(line)
        if found.get("message_type") == "error":
            yield found


def _object(line: str) -> Mapping[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _gone(error: Mapping[str, Any]) -> bool:
    """Whether the file was deleted after its folder had been listed: nobody has lost it."""
    why = error.get("error") or {}
    return why.get("Err") == _GONE or str(why.get("message", "")).endswith(_GONE_WORDS)


def _of_a_file(error: Mapping[str, Any]) -> bool:
    """Whether the system itself says so of a file; of what lies in the repository restic does."""
    return isinstance((error.get("error") or {}).get("Err"), int)


def _worded(error: Mapping[str, Any]) -> str:
    why = error.get("error") or {}
    number = why.get("Err")
    words = os.strerror(number).lower() if isinstance(number, int) else "restic does not say why"
    told = why.get("message") or words
    return f"{error.get('item') or why.get('Path') or 'a file'}: {told}"


def damaged(packs: Sequence[str]) -> str:
    """What is said of packs that are not what was written."""
    return (
        f"of what was written into the repository {len(packs)} files are damaged,"
        f" the first is {packs[0]}"
    )


def headless(where: str) -> str:
    """What is said of a repository without what says that it is one.

    `init` would lay another key there, beside which nothing that was written can be read.
    """
    return (
        f"the repository's config is gone, and others of its files are there: put it back, or move"
        f" {where} aside, and the next backup begins another"
    )
