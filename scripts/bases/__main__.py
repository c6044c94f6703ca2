"""`python -m scripts.bases FOLDER`."""

import argparse
import os
import sys
from pathlib import Path

import scripts.bases

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.client import Client, open_client
from seatrial.runtimes.compose.images.bases import bases
from seatrial.runtimes.compose.images.registry import Registries
from seatrial.runtimes.compose.images.services import Builder
from seatrial.runtimes.local.install.command import Commands


def wanted(folder: Path) -> tuple[str, ...]:
    """Every image that a Dockerfile below the folder builds on, each once, in order of name."""
    texts = (file.read_text(encoding="utf-8") for file in folder.rglob("Dockerfile*"))
    return tuple(sorted({base for text in texts for base in bases(text)}))


def bring(folder: Path, client: Client) -> tuple[str, ...]:
    """Make all of them be there; the names that were brought. Raises RuntimeFailure."""
    registries, commands = Registries(client), Commands()
    brought: list[str] = []
    cache = os.environ.get("SEATRIAL_CACHE")
    builder = Builder(client, registries, commands, Path(cache) if cache else None)
    try:
        for name in wanted(folder):
            if registries.local(name) is not None:
                continue
            why = registries.pull(name, _say)
            why = builder.stand_in(name, why, _say) if why else why
            if why:
                raise RuntimeFailure(
                    f"the image {name} cannot be had: {why}",
                    "connect this machine, or bring the image with `docker load`",
                )
            brought.append(name)
    finally:
        commands.stop()
    return tuple(brought)


def main() -> int:
    """Bring what is missing; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.bases", description=scripts.bases.__doc__
    )
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    try:
        client = open_client()
        try:
            bring(folder, client)
        finally:
            client.close()
    except KeyboardInterrupt:
        return 130  # as a shell tells it
    except RuntimeFailure as failed:
        sys.stderr.write("".join(f"    {line}\n" for line in failed.logs))
        sys.stderr.write(f"bases  {failed.summary}; {failed.cure}\n")
        return 3
    return 0


def _say(step: str) -> None:
    sys.stderr.write(f"bases  {step}\n")


if __name__ == "__main__":
    sys.exit(main())
