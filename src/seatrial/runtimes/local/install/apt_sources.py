"""Reads where this machine takes its Debian packages from, and says the same for another suite.

Formats: sources.list(5), both the one-line style and the deb822 style. Pure text.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

_OPTIONS = {
    "signed-by": "Signed-By",
    "trusted": "Trusted",
    "check-valid-until": "Check-Valid-Until",
    "allow-insecure": "Allow-Insecure",
}
_ROLLING = ("stable", "oldstable", "testing", "unstable", "sid")
_OFF = ("no", "false", "0", "off", "without", "disable")
_SKIPPED = ("cdrom:",)
_NOT_OURS = ("-backports", "-proposed", "-proposed-updates", "-sloppy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One archive: its addresses, suites and components; `options` are deb822 fields to keep.

    An option's value keeps its line breaks: Signed-By may hold a whole key.
    """

    uris: tuple[str, ...]
    suites: tuple[str, ...]
    components: tuple[str, ...]
    options: tuple[tuple[str, str], ...] = ()


def parse_list(text: str) -> tuple[Entry, ...]:
    """The `deb` lines of a sources.list; what cannot be read is left out."""
    entries = []
    for line in text.splitlines():
        match = re.match(r"deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)\s*([^#]*)", line.strip())
        if match is None or match[2].startswith(_SKIPPED):
            continue
        options = tuple(
            (_OPTIONS[key.lower()], value)
            for key, _, value in (pair.partition("=") for pair in (match[1] or "").split())
            if key.lower() in _OPTIONS
        )
        entries.append(
            Entry(
                uris=(match[2],),
                suites=(match[3],),
                components=tuple(match[4].split()),
                options=options,
            )
        )
    return tuple(entries)


def parse_deb822(text: str) -> tuple[Entry, ...]:
    """The enabled `deb` stanzas of a .sources file."""
    entries = []
    for stanza in re.split(r"\n[ \t]*\n", text):
        fields = _fields(stanza)
        uris = tuple(u for u in fields.get("uris", "").split() if not u.startswith(_SKIPPED))
        if "deb" not in fields.get("types", "").split() or not uris:
            continue
        if fields.get("enabled", "yes").strip().lower() in _OFF:
            continue
        options = tuple(
            (name, fields[key]) for key, name in _OPTIONS.items() if fields.get(key, "").strip()
        )
        entries.append(
            Entry(
                uris=uris,
                suites=tuple(fields.get("suites", "").split()),
                components=tuple(fields.get("components", "").split()),
                options=options,
            )
        )
    return tuple(entries)


def choose(entries: Iterable[Entry], codename: str, suite: str) -> tuple[Entry, ...]:
    """The archives to ask for `suite` ("" is the machine's own, named `codename`).

    For its own suite: the machine's entries for it, its updates and its security fixes. For
    another: the machine's main archive with that suite instead. Nothing where no entry is of the
    distribution itself.
    """
    kept = tuple(entries)
    if suite in ("", codename):
        own = (_restricted(entry, codename) for entry in kept)
        return tuple(entry for entry in own if entry.suites)
    for entry in kept:
        if any(name in (codename, *_ROLLING) for name in entry.suites) and _has_main(entry):
            return (replace(entry, suites=(suite,), components=("main",)),)
    return ()


def to_deb822(entries: Iterable[Entry]) -> str:
    """The text of a .sources file."""
    return "\n".join(_stanza(entry) for entry in entries)


def _stanza(entry: Entry) -> str:
    lines = [
        "Types: deb",
        f"URIs: {' '.join(entry.uris)}",
        f"Suites: {' '.join(entry.suites)}",
        f"Components: {' '.join(entry.components)}",
        *(f"{name}:{_value(value)}" for name, value in entry.options),
    ]
    return "\n".join(lines) + "\n"


def _value(value: str) -> str:
    return value if value.startswith("\n") else f" {value.strip()}"


def _of(name: str, codename: str) -> bool:
    if name.endswith(_NOT_OURS) or name.endswith("/"):
        return False
    return name in _ROLLING or re.split(r"[-/]", name)[0] in (codename, *_ROLLING)


def _has_main(entry: Entry) -> bool:
    return "main" in entry.components


def _restricted(entry: Entry, codename: str) -> Entry:
    suites = tuple(name for name in entry.suites if _has_main(entry) and _of(name, codename))
    return replace(entry, suites=suites, components=("main",))


def _fields(stanza: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    key = ""
    for line in stanza.splitlines():
        if line.startswith("#"):
            continue
        if line[:1] in (" ", "\t"):
            if key:
                fields[key] += "\n" + line
            continue
        name, colon, value = line.partition(":")
        if colon:
            key = name.strip().lower()
            fields[key] = value.strip()
    return fields
