"""What stands before supervisord: as root, a private mount namespace of its own."""

import shlex
import sys
from pathlib import Path

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.local.engines import Engines
from seatrial.runtimes.local.fleet import Fleet
from seatrial.runtimes.local.namespace import available, closed_ancestors, is_open, script


def wrapper(fleet: Fleet, folder: Path, engines: Engines) -> tuple[str, ...]:
    """The words before the supervisor's; none without root, where every process has our uid.

    Raises RuntimeFailure where the system's own folder is closed.
    """
    if not available():
        return ()
    if not is_open(folder):  # unlike those above it, all of it is needed
        raise RuntimeFailure(
            f"{folder} may be entered by its owner only, and each replica has a user of its own",
            f"run `chmod o+x {shlex.quote(str(folder))}`",
        )
    lines = script(closed_ancestors(_needed(fleet, folder, engines), is_open), fleet.home.path)
    return ("unshare", "--mount", "sh", "-c", lines, "sh")


def _needed(fleet: Fleet, folder: Path, engines: Engines) -> list[Path]:
    """What replicas run and read: the user's folder, Pythons, this package, the engines."""
    needed = [folder / "x", Path(sys.executable), Path(sys.prefix) / "x"]
    needed += [Path(sys.executable).resolve(), Path(__file__)]
    python = folder / ".venv/bin/python"
    needed += [python.resolve()] if python.exists() else []
    for name in engines.wanted(fleet.workloads.values()):
        installed = engines.installed(name)
        needed += installed.programs.values() if installed is not None else ()
    return needed
