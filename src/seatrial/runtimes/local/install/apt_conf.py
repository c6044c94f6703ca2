"""The configuration of an apt that has everything of its own below one folder. Pure text.

Read by apt from $APT_CONFIG before any other file, so that the machine's own files (and the hooks
in them, some of which delete from the machine's package cache) are not read at all.
See apt.conf(5).
"""

from collections.abc import Iterable
from pathlib import PurePath

_KEPT = ("Acquire::", "APT::Architecture ", "APT::Architecture::", "APT::Architectures")


def settings_to_keep(dump: str) -> tuple[str, ...]:
    """The lines of `apt-config dump` that reach archives here: proxies, time limits, the CPU."""
    return tuple(line for line in dump.splitlines() if line.startswith(_KEPT))


def conf(folder: PurePath, keep: Iterable[str]) -> str:
    """The text of apt.conf for an apt whose state, lists and archives lie below `folder`."""
    own = {
        "Dir::Etc::main": "/dev/null",
        "Dir::Etc::parts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "Dir::Etc::sourcelist": f"{folder}/seatrial.sources",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State": f"{folder}/state",
        "Dir::State::status": f"{folder}/status",
        "Dir::Cache": f"{folder}/cache",
        "Dir::Log": f"{folder}/log",
        # Its own user could not write below a folder that only we may enter.
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
        "Acquire::Retries": "2",
        "Acquire::http::Timeout": "20",
        "Acquire::https::Timeout": "20",
        "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
        "Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled": "false",
    }
    lines = [*keep, *(f'{key} "{value}";' for key, value in own.items())]
    return "\n".join(lines) + "\n"
