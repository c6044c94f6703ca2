"""An entry of the machine's, out of each form in which it stands, with its severity in one word.

Formats: the kernel's ABI document dev-kmsg; systemd's Journal JSON Format; RFC 5424 for the
numbers of severities and facilities.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

SEVERITIES = ("fatal", "fatal", "fatal", "error", "warn", "info", "info", "debug")
_FACILITIES = ("kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron",
               "authpriv", "ftp")  # fmt: skip
_ESCAPED = re.compile(rb"\\x([0-9a-f]{2})")
_WRITER = re.compile(
    r"(?P<at>\d{4}-\d\d-\d\dT\S+|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) (?P<host>\S+) "
    r"(?P<identifier>[^\s:\[]+)(?:\[(?P<pid>\d+)\])?: (?P<said>.*)",
    re.DOTALL,
)
_JOURNALS = {"SYSLOG_IDENTIFIER": "identifier", "_SYSTEMD_UNIT": "unit", "_PID": "pid"}
_MICRO = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry: `at` in seconds since the epoch, None where nobody says; `level` may be empty."""

    source: str
    said: str
    at: float | None = None
    level: str = ""
    more: Mapping[str, str] = field(default_factory=dict, hash=False)

    def line(self) -> str:
        """As it is written, without a line end."""
        found: dict[str, str] = {**self.more, "source": self.source}
        if self.at is not None:
            at = datetime.fromtimestamp(self.at, UTC)
            found["time"] = at.isoformat(timespec="microseconds")
        if self.level:
            found["level"] = self.level
        return json.dumps({**found, "msg": self.said})


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """An entry of the kernel's with its number, which counts from the start of the machine."""

    number: int
    entry: Entry


def kernel(record: bytes, booted: float) -> Numbered:
    """A record of /dev/kmsg; `booted` is the machine's start in seconds since the epoch.

    Raises ValueError for what is none.
    """
    head, found, rest = record.partition(b";")
    if not found:
        raise ValueError(f"no record of the kernel's: {record[:80]!r}")
    priority, number, since, *_ = (int(each) for each in head.split(b",")[:3])
    text, *_ = rest.split(b"\n", 1)  # after it are names and values for programs
    said = _ESCAPED.sub(lambda each: bytes((int(each[1], 16),)), text)
    entry = Entry(
        source="kernel",
        said=said.decode("utf-8", errors="replace"),
        at=booted + since / _MICRO,
        level=SEVERITIES[priority & 7],
        more={"facility": _facility(priority >> 3)},
    )
    return Numbered(number=number, entry=entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An entry of the journal's with the place from which on others follow it."""

    cursor: str
    entry: Entry


def journal(line: bytes) -> Placed:
    """A line of `journalctl --output=json`. Raises ValueError for what is none."""
    row = json.loads(line)
    if not isinstance(row, dict) or "__CURSOR" not in row:
        raise ValueError(f"no entry of the journal's: {line[:80]!r}")
    at = row.get("_SOURCE_REALTIME_TIMESTAMP") or row.get("__REALTIME_TIMESTAMP")
    priority, facility = row.get("PRIORITY"), row.get("SYSLOG_FACILITY")
    more = {name: _text(row[key]) for key, name in _JOURNALS.items() if row.get(key)}
    if facility:
        more["facility"] = _facility(int(_text(facility)))
    entry = Entry(
        source="journal",
        said=_text(row.get("MESSAGE")),
        at=int(_text(at)) / _MICRO if at else None,
        level=SEVERITIES[int(_text(priority)) & 7] if priority else "",
        more=more,
    )
    return Placed(cursor=row["__CURSOR"], entry=entry)


def filed(line: bytes, source: str) -> Entry:
    """A line of a file that a syslog daemon writes; `source` is the file's name.

    These files hold no severity. An instant without a year and a zone is left to who reads it now.
    """
    text = line.decode("utf-8", errors="replace").rstrip("\n")
    found = _WRITER.fullmatch(text)
    if found is None:
        return Entry(source=source, said=text)
    more = {name: found[name] for name in ("identifier", "pid") if found[name]}
    try:
        instant = datetime.fromisoformat(found["at"])
    except ValueError:
        instant = None
    at = instant.timestamp() if instant is not None and instant.tzinfo is not None else None
    return Entry(source=source, said=found["said"], at=at, more=more)


def _facility(number: int) -> str:
    return _FACILITIES[number] if number < len(_FACILITIES) else f"local{number - 16}"


def _text(value: object) -> str:
    """A field of the journal's; what is no text stands there as a list of its bytes."""
    if isinstance(value, list):
        if all(isinstance(each, int) for each in value):
            return bytes(value).decode("utf-8", errors="replace")
        return _text(value[0]) if value else ""  # a field that an entry has several times
    return "" if value is None else str(value)
