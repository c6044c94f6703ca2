"""Build it into the cache: `python -m scripts.apiserver`. Built already, nothing is done."""

import os
import sys
from pathlib import Path

from scripts.apiserver.server import SERVER

from seatrial.runtimes.local.install import NotInstalled, Progress, install


def _tell(step: Progress) -> None:
    sys.stderr.write(f"{step.engine or 'engines'}  {step.source}  {step.step}\n")


def main() -> int:
    """0 when it is there; else 1, with the reasons on stderr."""
    chosen = os.environ.get("SEATRIAL_CACHE")
    (built,) = install([SERVER], cache=Path(chosen) if chosen else None, progress=_tell, whole=True)
    if isinstance(built, NotInstalled):
        for reason in built.reasons:
            sys.stderr.write(f"    {reason.source}: {reason.text}\n")
        return 1
    sys.stdout.write(f"{built.home}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
