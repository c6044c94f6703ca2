"""Brings every image that workloads need: what is there is used, what is missing pulled or built.

In this order, for an engine: the official image if it is there, one that was built here, the
official one from its registry, one built now. So nothing changes by itself when a network comes
or goes; `seatrial images pull` asks for the official ones.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import reduce
from importlib.metadata import entry_points
from pathlib import Path

from docker.models.images import Image as Found

from seatrial.contract.engine import Engine
from seatrial.contract.output import Workload
from seatrial.contract.runtime import Progress, RuntimeFailure
from seatrial.runtimes.compose.client import Client, failures
from seatrial.runtimes.compose.images import daemons, services, within
from seatrial.runtimes.compose.images import engine as engines
from seatrial.runtimes.compose.images.build import build
from seatrial.runtimes.compose.images.content import Content, Described
from seatrial.runtimes.compose.images.image import ENGINE, STAND_IN, TOOL, VERSION, Image, Source
from seatrial.runtimes.compose.images.registry import Registries
from seatrial.runtimes.local.install import Installed, find_whole
from seatrial.runtimes.local.install.command import Commands
from seatrial.runtimes.local.install.failure import Interrupted, Unavailable
from seatrial.runtimes.local.install.version import new_enough, order
from seatrial.runtimes.shared.wanted import Kind, Wanted, of_daemons, wanted

Told = Callable[[Progress], None]
Tell = Callable[[str], None]


def ensure(
    workloads: Iterable[Workload],
    *,
    system: str,
    folder: Path,
    client: Client,
    cache: Path | None,
    progress: Told,
) -> Mapping[str, Image]:
    """The image of each workload, by the workload's name; all are there when this returns.

    `system` names the system, `folder` is that of its file. What an interruption or a failure
    leaves is used by the next call. Raises RuntimeFailure with the sentence and the cure.
    """
    found: dict[str, Image] = {}
    with working(client, folder=folder, cache=cache, progress=progress) as work:
        for one in wanted(workloads, work.known, system):
            image = work.one(one)
            found |= dict.fromkeys(one.workloads, image)
    return found


@contextmanager
def working(
    client: Client, *, folder: Path, cache: Path | None, progress: Told
) -> Iterator["Work"]:
    """What brings images; whatever it started ends with it. Raises RuntimeFailure."""
    known = {each.name: each.load() for each in entry_points(group="seatrial.engines")}
    work = Work(client=client, folder=folder, cache=cache, known=known, progress=progress)
    try:
        yield work
    except Interrupted:
        raise KeyboardInterrupt from None
    except Unavailable as why:
        raise RuntimeFailure(f"an image could not be made: {why}", "run it again") from why
    finally:
        work.commands.stop()


@dataclass(slots=True, kw_only=True)
class Work:
    """One call: what is shared between the images that it brings."""

    client: Client
    folder: Path
    cache: Path | None
    known: Mapping[str, Engine]
    progress: Told
    commands: Commands = field(default_factory=Commands)
    registries: Registries = field(init=False)
    _contents: dict[str, Content] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """The registries, as this engine reaches them."""
        self.registries = Registries(self.client)

    def one(self, one: Wanted) -> Image:
        """One image. Raises RuntimeFailure."""
        with self._told(one.name) as tell:
            match one.kind:
                case Kind.ENGINE:
                    return self._engine(one, tell)
                case Kind.DAEMONS:
                    return self._of_ours(one) or self._daemons(one, tell)
                case Kind.BUILD:
                    return self._build(one, tell)
                case Kind.NAMED:
                    return self._named(one, tell)
                case Kind.WITHIN:
                    return self._within(one, tell)

    def there(self, one: Wanted) -> Image | None:
        """The image as it is now; None where it is missing. Nothing is pulled or built."""
        if one.kind is Kind.WITHIN:
            ours, base = (self.there(each) for each in one.parts)
            if ours is None or base is None:
                return None
            return self._tagged(one, within.described(one.name, ours, base)[-1], Source.BUILT)
        engine = self.known.get(one.engine)
        found = self.registries.local(one.official) if one.official else None
        # What stands in for an engine's image is not better than its own programs.
        if found is not None and (engine is None or STAND_IN not in found.labels):
            return _official(found, one, engine)
        if engine is not None:
            return self._built(one)
        if one.kind is Kind.DAEMONS:
            return self._of_ours(one)
        return self._tagged(one, services.TAG, Source.YOURS) if one.repository else None

    def _tagged(self, one: Wanted, tag: str, source: Source) -> Image | None:
        found = self.registries.local(f"{one.repository}:{tag}")
        return _image(found, source) if found is not None else None

    def pull(self, one: Wanted) -> str:
        """Fetch an official image; why it could not be had, empty when it is there."""
        began = time.monotonic()
        why = self.registries.pull(one.official, lambda step: self._tell(one.name, step))
        self._tell(one.name, why or one.official, done=not why, since=began)
        return why

    def build(self, one: Wanted) -> Image:
        """Make an image here, whatever a registry has. Raises RuntimeFailure."""
        with self._told(one.name) as tell:
            if one.kind is Kind.ENGINE:
                return self._of_cache(one, tell)
            if one.kind is Kind.DAEMONS:
                return self._daemons(one, tell)
            if one.kind is Kind.WITHIN:
                return self._within(one, tell)
            return self._build(one, tell)

    # -- engines -------------------------------------------------------------------------------

    def _engine(self, one: Wanted, tell: Tell) -> Image:
        found = self.there(one)
        if found is not None:
            return found
        engine = self.known[one.engine]
        none = "other programs read what it writes" if one.versions else "it has no image"
        why = self.registries.pull(one.official, tell) if one.official else none
        if not why and (pulled := self.registries.local(one.official)) is not None:
            return _official(pulled, one, engine)
        tell(f"{why}: building it here")
        return self._of_cache(one, tell)

    def _of_cache(self, one: Wanted, tell: Tell) -> Image:
        engine = self.known[one.engine]
        names = (one.engine, *one.tools)
        found = reduce(Content.beside, (self._installed(each, tell) for each in names))
        made = self._made(one, found.described(), tell=tell)
        named = () if one.official == engine.official() else (one.official.rpartition(":")[2],)
        for asked in one.versions or named:
            if asked and not f"{made.version}.".startswith(f"{asked}."):
                tell(f"version {asked} was asked for, this machine gives {made.version}")
        return made

    def _built(self, one: Wanted) -> Image | None:
        """The one of the engines in the cache; where one is not, the newest that was brought."""
        contents = [self._found(each) for each in (one.engine, *one.tools)]
        if (whole := _joined(contents)) is not None:
            return self._tagged(one, whole.described()[-1], Source.BUILT)
        for each in self._labelled(one.repository):
            if new_enough(each.labels.get(VERSION, ""), self.known[one.engine].minimum):
                return _image(each, Source.BUILT)
        return None

    def _daemons(self, one: Wanted, tell: Tell) -> Image:
        """Ours alone, or on it what is called beside: it is not made anew for each."""
        own = self._made(of_daemons(), self._own.described(), tell=tell)
        if not one.tools:
            return own
        joined = reduce(
            Content.beside, (self._installed(each, tell) for each in one.tools), self._own
        )
        return self._made(one, joined.described(own.name, self._own.files), tell=tell)

    def _of_ours(self, one: Wanted) -> Image | None:
        """The daemons' as it would be made now.

        Where a tool of theirs is not in the cache: one that was brought, of this very seatrial.
        """
        if (whole := _joined([self._own, *map(self._found, one.tools)])) is not None:
            return self._tagged(one, whole.described()[-1], Source.BUILT)
        same = (e for e in self._labelled(one.repository) if e.labels[VERSION] == self._own.version)
        return next((_image(each, Source.BUILT) for each in same), None)

    @property
    def _own(self) -> Content:
        return self._once("", lambda: daemons.content(self.commands))

    def _found(self, name: str) -> Content | None:
        """An engine as it lies in the cache, whole; None where it does not."""
        engine = self.known[name]
        installed = find_whole(engine, self.cache)
        return None if installed is None else self._of(installed, engine)

    def _installed(self, name: str, tell: Tell) -> Content:
        """The same, installed where it is not. Raises RuntimeFailure."""
        engine = self.known[name]
        return self._of(engines.whole(engine, self.cache, tell), engine)

    def _of(self, installed: Installed, engine: Engine) -> Content:
        key = str(installed.home)
        return self._once(key, lambda: engines.content(installed, engine, self.commands))

    def _once(self, key: str, make: Callable[[], Content]) -> Content:
        """Once for each engine: hundreds of files are asked what they load, which takes seconds."""
        if key not in self._contents:
            self._contents[key] = make()
        return self._contents[key]

    def _labelled(self, repository: str) -> list[Found]:
        """Images of this repository that seatrial made, the newest version first."""
        with failures(f"looking for the images {repository}"):
            found = self.client.sdk.images.list(name=repository, filters={"label": ENGINE})
        return sorted(found, key=lambda each: order(each.labels.get(VERSION, "")), reverse=True)

    def _made(self, one: Wanted, described: Described, *, tell: Tell) -> Image:
        tree, text, tag = described
        reference = f"{one.repository}:{tag}"
        found = self.registries.local(reference)
        if found is None:
            build(self.client, tree, text, reference, tell)
            found = self.registries.local(reference)
        if found is None:
            raise RuntimeFailure(f"the image {reference} went away", "run it again")
        return _image(found, Source.BUILT)

    # -- the user's ----------------------------------------------------------------------------

    def _builder(self) -> services.Builder:
        return services.Builder(self.client, self.registries, self.commands, self.cache)

    def _build(self, one: Wanted, tell: Tell) -> Image:
        reference = self._builder().build(one, self.folder / one.folder, tell)
        found = self.registries.local(reference)
        if found is None:
            raise RuntimeFailure(f"the image {reference} went away", "run it again")
        return _image(found, Source.YOURS)

    def _named(self, one: Wanted, tell: Tell) -> Image:
        if not one.official:
            raise RuntimeFailure(
                f"{one.name} has neither an image nor a build",
                f"add `build:` or `image:` to services.{one.name}",
            )
        found = self.there(one)
        if found is not None:
            return found
        why = self.registries.pull(one.official, tell)
        if why:
            why = self._builder().stand_in(one.official, why, tell)
        pulled = self.registries.local(one.official)
        if why or pulled is None:
            raise RuntimeFailure(
                f"{one.name} needs the image {one.official}: {why or 'it went away'}",
                "connect this machine, or bring the image with `seatrial images load`",
            )
        return _official(pulled, one, None)

    def _within(self, one: Wanted, tell: Tell) -> Image:
        """Ours in it: both are there already, or are brought."""
        ours, base = (self.there(each) or self.one(each) for each in one.parts)
        why = f"{one.parts[0].name} in {base.name}, whose programs they call"
        return self._made(one, within.described(why, ours, base), tell=tell)

    @contextmanager
    def _told(self, name: str) -> Iterator[Tell]:
        """Steps of one image for whoever watches; its end with the time that it took."""
        began = time.monotonic()
        last = ["there"]

        def tell(step: str) -> None:
            last[0] = step
            self._tell(name, step)

        try:
            yield tell
        except BaseException:  # also Ctrl-C: a step that is shown as running must end
            self._tell(name, last[0], done=False, since=began)
            raise
        self._tell(name, last[0], done=True, since=began)

    def _tell(
        self, name: str, step: str, *, done: bool | None = None, since: float | None = None
    ) -> None:
        took = 0.0 if since is None else time.monotonic() - since
        self.progress(
            Progress(subject=f"image {name}", phase="image", detail=step, done=done, seconds=took)
        )


def _joined(contents: Iterable[Content | None]) -> Content | None:
    """The first with all others beside it; None where one is missing."""
    every = tuple(contents)
    found = tuple(each for each in every if each is not None)
    return reduce(Content.beside, found) if len(found) == len(every) else None


def _official(found: Found, one: Wanted, engine: Engine | None) -> Image:
    stand_in = STAND_IN in found.labels
    digests = found.attrs.get("RepoDigests") or []
    told = one.official.rpartition(":")[2].removeprefix("v")
    return _image(
        found,
        Source.STAND_IN if stand_in else Source.OFFICIAL,
        reference=one.official if stand_in or not digests else digests[0],
        version=told if engine is not None else "",
        calls=engine.calls if engine is not None and not stand_in else {},
    )


def _image(
    found: Found,
    source: Source,
    *,
    reference: str = "",
    version: str = "",
    calls: Mapping[str, str] | None = None,
) -> Image:
    return Image(
        reference=reference or found.tags[0],
        id=str(found.id),
        source=source,
        version=found.labels.get(VERSION, version),
        tag=found.tags[0] if found.tags else "",
        size=int(found.attrs.get("Size", 0)),
        calls=calls or {},
        tools={
            key.removeprefix(TOOL): each
            for key, each in found.labels.items()
            if key.startswith(TOOL)
        },
    )
