"""Sends a build to the container engine and follows it; a failure ends with its last lines."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.client import Client, failures
from seatrial.runtimes.compose.images import tree as trees
from seatrial.runtimes.compose.images.tree import Tree

_LAST_LINES = 15
_FULL = ("no space left on device", "disk quota exceeded")  # lower case

Tell = Callable[[str], None]


def build(client: Client, tree: Tree, dockerfile: str, tag: str, tell: Tell) -> None:
    """Build an image of files and name it. Raises RuntimeFailure."""
    with tempfile.TemporaryFile() as archive, failures(f"building the image {tag}"):
        tell("packing")
        trees.write(tree, dockerfile, archive)
        archive.seek(0)
        tell("building")
        lines: list[str] = []
        for event in client.sdk.api.build(
            fileobj=archive, custom_context=True, tag=tag, rm=True, forcerm=True, decode=True
        ):
            lines += str(event.get("stream", "")).splitlines()
            if "error" in event:
                raise failed(tag, str(event["error"]), lines)


def failed(what: str, error: str, lines: list[str], folder: Path | None = None) -> RuntimeFailure:
    """A build that did not come to its end."""
    last = tuple(line.rstrip() for line in lines if line.strip())[-_LAST_LINES:]
    if any(sign in line.lower() for line in (error, *last) for sign in _FULL):
        return RuntimeFailure(
            f"building {what} failed: no space is left for it",
            "see `docker system df`; `docker system prune` makes room; nothing half-built is used",
            last,
        )
    cure = f"mend {folder}/Dockerfile" if folder else "see the lines above"
    return RuntimeFailure(f"building {what} failed: {' '.join(error.split())[:300]}", cure, last)
