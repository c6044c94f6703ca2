"""The images of one system: brought by `provide`, remembered, and what the engine tells of them."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from docker.errors import ImageNotFound

from seatrial.contract.output import Origin, Workload
from seatrial.contract.runtime import Progress, RuntimeFailure
from seatrial.runtimes.compose import images
from seatrial.runtimes.compose.client import failures
from seatrial.runtimes.compose.commands import image_file
from seatrial.runtimes.compose.engine import Engine
from seatrial.runtimes.compose.images import Source
from seatrial.runtimes.compose.names import Names
from seatrial.runtimes.compose.replica import Image
from seatrial.runtimes.shared.state import State
from seatrial.runtimes.shared.wanted import left_out

_FILE = "images.json"
# with a space, as those of engines alone: no workload of a file has such a name
_HELPER = Workload(name="a helper", origin=Origin.DAEMON, argv=("python",))


def engine_only(engine: str) -> Workload:
    """A workload that needs nothing but an engine's image."""
    return Workload(name=f"engine {engine}", origin=Origin.ENGINE, engine=engine, argv=())


class Known:
    """Images by workload, as they were when `up` last brought them."""

    def __init__(self, engine: Engine, names: Names, state: State, cache: Path | None) -> None:
        """Nothing is looked at yet."""
        self._engine = engine
        self._names = names
        self._state = state
        self._cache = cache
        self._found: dict[str, Image] = {}

    def provide(
        self, workloads: tuple[Workload, ...], progress: Callable[[Progress], None]
    ) -> None:
        """Have every image on the engine, and remember which they are. Raises RuntimeFailure.

        What is optional is tried last; where it cannot be had that is told, and no failure.
        """
        needed = tuple(each for each in workloads if not each.optional)
        found = dict(self._brought((*needed, _HELPER), progress))
        for each in workloads:
            if each.optional:
                try:
                    found |= self._brought((each,), progress)
                except RuntimeFailure as failure:
                    progress(left_out(each.engine, failure.summary))
        self._state.write(_FILE, {name: asdict(each) for name, each in found.items()})
        self._found.clear()

    def _brought(
        self, workloads: tuple[Workload, ...], progress: Callable[[Progress], None]
    ) -> Mapping[str, images.Image]:
        """The images of these workloads, and of their engines alone."""
        engines = sorted({each.engine for each in workloads if each.engine})
        return images.ensure(
            (*workloads, *map(engine_only, engines)),
            system=self._names.system,
            folder=self._names.folder,
            client=self._engine.client,
            cache=self._cache,
            progress=progress,
        )

    def of(self, workload: Workload) -> Image:
        """A workload's image. Raises RuntimeFailure where it is not on the engine.

        Nothing is brought: who only looks must not build for minutes.
        """
        name = workload.name
        if name not in self._found:
            kept = self._remembered(name)
            found = self._looked_at(kept) if kept is not None else None
            if found is None:
                raise RuntimeFailure(
                    f"the image of {name} is not on the container engine",
                    "run `seatrial up`, which brings it",
                )
            self._found[name] = found
        return self._found[name]

    def helper(self) -> Image:
        """The image with Python."""
        return self.of(_HELPER)

    def version(self, engine: str) -> str:
        """The version of an engine that `provide` brought, also beside another; or empty."""
        kept = self._remembered(engine_only(engine).name)
        if kept is not None:
            return kept.version
        beside = (each.get("tools", {}).get(engine, "") for each in self._kept().values())
        return next(filter(None, beside), "")

    def source(self, engine: str) -> str:
        """The image that an engine comes in, or empty."""
        kept = self._remembered(engine_only(engine).name)
        return kept.reference if kept is not None else ""

    def _kept(self) -> Mapping[str, Any]:
        return self._state.read(_FILE) or {}

    def _remembered(self, name: str) -> images.Image | None:
        kept = self._kept().get(name)
        return images.Image(**{**kept, "source": Source(kept["source"])}) if kept else None

    def _looked_at(self, one: images.Image) -> Image | None:
        """What the engine says of an image; None where it is gone."""
        with failures(f"looking at the image {one.reference}"):
            try:
                found: Mapping[str, Any] = self._engine.api.inspect_image(one.id)  # type: ignore[no-untyped-call]
            except ImageNotFound:
                return None
        config = found.get("Config") or {}
        uid, gid = self._user(str(config.get("User") or ""), one.id)
        return Image(
            reference=one.reference,
            id=one.id,
            uid=uid,
            gid=gid,
            workdir=config.get("WorkingDir") or "/",
            calls=one.calls,
        )

    def _user(self, written: str, image: str) -> tuple[int, int]:
        """The numbers of an image's user: written as such, else looked up in the image."""
        numbers = [int(each) for each in written.split(":") if each.isascii() and each.isdigit()]
        if not written or len(numbers) == 2:  # noqa: PLR2004 - a user and a group
            return (numbers[0], numbers[1]) if numbers else (0, 0)
        return user_of(
            written,
            image_file(self._engine, image, "/etc/passwd", self._names.labels),
            image_file(self._engine, image, "/etc/group", self._names.labels),
        )


def user_of(written: str, passwd: str, group: str) -> tuple[int, int]:
    """The numbers that `USER written` means. Pure. Formats: passwd(5), group(5)."""
    name, _, group_name = written.partition(":")
    users, groups = _table(passwd), _table(group)
    uid = int(name) if name.isdigit() else users.get(name, (0, 0))[0]
    own = next((each[1] for each in users.values() if each[0] == uid), 0)
    if not group_name:
        return uid, own
    return uid, int(group_name) if group_name.isdigit() else groups.get(group_name, (own, 0))[0]


def _table(text: str) -> dict[str, tuple[int, int]]:
    """Name to the third field and the fourth, which in group(5) is no number."""
    found: dict[str, tuple[int, int]] = {}
    for line in text.splitlines():
        fields = [*line.split(":"), "", "", ""]
        if fields[0] and fields[2].isdigit():
            found[fields[0]] = (int(fields[2]), int(fields[3]) if fields[3].isdigit() else 0)
    return found
