"""The user's own images, built from their Dockerfiles as they are."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.client import Client
from seatrial.runtimes.compose.images.bases import bases
from seatrial.runtimes.compose.images.build import failed
from seatrial.runtimes.compose.images.registry import Registries
from seatrial.runtimes.compose.images.standin import recipes
from seatrial.runtimes.compose.images.standin.make import Maker
from seatrial.runtimes.local.install.command import Commands
from seatrial.runtimes.local.install.failure import Unavailable
from seatrial.runtimes.shared.wanted import Wanted

_LONG_S = 3600.0
# Docker knows these build arguments without being told of them in a Dockerfile.
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")
TAG = "latest"  # of what the user's Dockerfile gives now: its content tells its id
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Builder:
    """What building needs."""

    client: Client
    registries: Registries
    commands: Commands
    cache: Path | None

    def build(self, one: Wanted, folder: Path, tell: Tell) -> str:
        """Build it, its bases first; gives the image's name. Raises RuntimeFailure.

        By the command line: only there a Dockerfile may use all that it may use for its owner.
        """
        file = folder / "Dockerfile"
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise RuntimeFailure(
                f"{one.name} is built from {file}, which cannot be read: {error}",
                f"write it, or mend `build:` of services.{one.name}",
            ) from error
        for base in bases(text):
            self._base(base, one, tell)
        tell("building")
        arguments = [f"--build-arg={name}" for name in _PROXIES if os.environ.get(name)]
        tag = f"{one.repository}:{TAG}"
        done = self.commands.run(
            ["docker", "build", *arguments, f"--tag={tag}", str(folder)],
            # not as a word: only BuildKit knows `--progress`
            env={**self.client.environment(), "BUILDKIT_PROGRESS": "plain"},
            timeout=_LONG_S,
        )
        if not done.ok:
            lines = [each for each in done.output.splitlines() if each.strip()]
            told = [each for each in lines if each.startswith("ERROR")] or lines or ["no reason"]
            raise failed(one.name, told[-1], lines, folder)
        return tag

    def _base(self, base: str, one: Wanted, tell: Tell) -> None:
        if self.registries.local(base) is not None:
            return
        why = self.registries.pull(base, tell)
        if why:
            why = self.stand_in(base, why, tell)
        if why:
            raise RuntimeFailure(
                f"{one.name} is built on {base}, which is not here: {why}",
                "connect this machine, or bring the image with `seatrial images load`",
            )

    def stand_in(self, reference: str, why: str, tell: Tell) -> str:
        """Make an image that stands in for one that cannot be had; empty when it is there."""
        recipe = recipes.find(reference)
        if recipe is None:
            return why
        tell(f"{why}: making what stands in for {reference}")
        try:
            Maker(self.client, self.cache, self.commands).make(reference, recipe, tell)
        except (Unavailable, OSError) as reason:
            return f"{why}, and nothing can stand in for it: {reason}"
        return ""
