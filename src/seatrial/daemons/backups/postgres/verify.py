"""What `pgbackrest verify` says of a repository. Pure.

It ends with 0 whatever it finds (https://pgbackrest.org/command.html#command-verify), and without
--verbose says nothing of what is whole. The summary counts, and the lines of its log name files:
both were seen of 2.45. Of a backup that is gone with its folder it says nothing, nor of a segment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from seatrial.daemons.backups.backups import Backup
from seatrial.daemons.backups.verified import Found

WORDS = ("--output=text", "--verbose", "--log-level-console=info", "--no-log-timestamp")
_LINE = r"^P\d+ +[A-Z]+: (?:\[\d+\]: )?"
_WRONG = re.compile(_LINE + r"(invalid checksum|invalid size|file missing) '([^']+)'", re.MULTILINE)
_TWICE = re.compile(_LINE + r"duplicate WAL '([^']+)' for '([^']+)'", re.MULTILINE)
_FAILED = re.compile(_LINE + r"invalid result (.+?): \[(\d+)\] (.*)$", re.MULTILINE)
_LACKS = re.compile(r"^ +No usable (\S+) file$", re.MULTILINE)
_STATUS = re.compile(r"^status: (\w+)", re.MULTILINE)
_LOG = re.compile(r"^ +archiveId: (\S+), total WAL checked: (\d+), ", re.MULTILINE)
_BACKUP = re.compile(
    r"^ +backup: (\S+), status: ([a-z -]+), total files checked: (\d+), ", re.MULTILINE
)
_CONTENT = {"29", "95"}  # its FormatError and CryptoError: of what it read, not of reading it
_LABEL = re.compile(r"(\d{8}-\d{6}F)(?:_\d{8}-\d{6}[DI])?")
_SEGMENT = re.compile(r"[0-9A-F]{8}([0-9A-F]{16})")
_MISSING, _WHOLE, _BEGUN = "file missing", "valid", "in-progress"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Of one stanza: how many `files` were read, which are `damaged`, which backups are `rotten`.

    `backups` are all that were looked at.
    """

    files: int
    damaged: frozenset[str]
    rotten: frozenset[str]
    backups: frozenset[str]


def read(text: str) -> Told:
    """Its answer about a stanza. Raises ValueError where it could not read all, or says not how."""
    failed = _FAILED.findall(text)
    if unread := [each for each in failed if each[1] not in _CONTENT]:
        raise ValueError(f"{unread[0][0]} cannot be read: {unread[0][2]}")
    backups = {label: (state, int(files)) for label, state, files in _BACKUP.findall(text)}
    logs = {name: int(files) for name, files in _LOG.findall(text)}
    wrong = _WRONG.findall(text)
    # a segment that was listed and is not there was outdated meanwhile
    gone = {name for how, name in wrong if how == _MISSING and not _labelled(name)}
    damaged = {name for _, name in wrong} - gone | {name for name, *_ in failed}
    damaged |= {f"{archive}/{segment}" for segment, archive in _TWICE.findall(text)}
    damaged |= set(_LACKS.findall(text))
    rotten = {label for label, (state, _) in backups.items() if state not in {_WHOLE, _BEGUN}}
    for each in rotten:
        if not backups[each][1]:  # it does not know of a file
            damaged.add(f"{each}/backup.manifest")
    states = set(_STATUS.findall(text))
    if states != {"ok"} and not (states == {"error"} and (damaged or gone)):
        raise ValueError("pgbackrest verify does not say how the repository is")
    return Told(
        files=sum(files for _, files in backups.values()) + sum(logs.values()),
        damaged=frozenset(damaged),
        rotten=frozenset(rotten),
        backups=frozenset(backups),
    )


def found(
    told: Iterable[tuple[str, Told]], before: Iterable[Backup], after: Iterable[Backup]
) -> Found:
    """What was found in all stanzas, by their names, of what was held `before` and `after`.

    A backup that was not seen is gone; what is not held any more was outdated meanwhile.
    """
    last = {each.label for each in after}
    stay = {each.label: each.history for each in before if each.label in last}
    files, damaged, rotten, seen = 0, set[str](), set[str](), set[str]()
    for stanza, each in told:
        files += each.files
        seen |= each.backups
        rotten |= each.rotten & stay.keys()
        for name in each.damaged:
            label = _labelled(name)
            if label is None or label in stay:
                damaged.add(f"{stanza}/{name}")
    gone = stay.keys() - seen
    damaged |= {f"{stay[label]}/{label}" for label in gone}
    return Found(files=files, damaged=tuple(sorted(damaged)), rotten=tuple(sorted(rotten | gone)))


def needed(file: str, stanza: str, full: str, since: str) -> bool:
    """Whether a damaged file is needed since the newest full backup, whose log is from `since` on.

    What came before leads to no moment after it, and no order brings it back.
    """
    own, _, name = file.partition("/")
    if own != stanza:
        return False
    if label := _LABEL.match(name):
        return label[1] >= full
    segment, first = _SEGMENT.search(name), _SEGMENT.match(since)
    return segment is None or first is None or segment[1] >= first[1]


def _labelled(name: str) -> str | None:
    """The backup in whose folder a file lies; None for one of the log."""
    label = _LABEL.match(name)
    return label[0] if label is not None else None
