"""Installs engines: each from the first of its sources that gives one that starts here."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from seatrial.contract.engine import (
    Debian,
    Engine,
    GoModule,
    PyPI,
    PythonEnvironment,
    Release,
    Source,
)
from seatrial.runtimes.local.install import cache as caches
from seatrial.runtimes.local.install import (
    check,
    debian,
    golang,
    pypi,
    python_environment,
    record,
    release,
)
from seatrial.runtimes.local.install.acquired import Acquired
from seatrial.runtimes.local.install.apt import AptSuites
from seatrial.runtimes.local.install.cache import Cache
from seatrial.runtimes.local.install.command import Commands
from seatrial.runtimes.local.install.failure import NoSpace, Unavailable, of_os_error, refusal
from seatrial.runtimes.local.install.find import PATH, best, on_path
from seatrial.runtimes.local.install.outcome import NotInstalled, Outcome, Reason
from seatrial.runtimes.local.install.progress import Progress, Tell, silent
from seatrial.runtimes.local.install.record import Installed

if TYPE_CHECKING:  # only who installs loads the HTTP client
    from seatrial.runtimes.local.install.fetch import Fetcher

_AT_ONCE = 3
_MEGA = 1_000_000

Attempt = Callable[[Path, Callable[[str], None]], Acquired]


@dataclass(slots=True)
class Installation:
    """One run: what is shared between the engines that it installs.

    `whole` takes no program that lies outside the cache.
    """

    cache: Cache
    work: Path
    commands: Commands
    suites: AptSuites
    fetcher: "Fetcher"
    tell: Tell
    workshop: golang.Workshop
    whole: bool = False

    def one(self, engine: Engine) -> Outcome:
        """The engine, from the cache, PATH or its first source that works. Raises OSError."""
        records = caches.records(self.cache, engine.name)
        kept = best((each for each in records if not self.whole or each.source != PATH), engine)
        if kept is not None:
            return self._ended(kept, "ready")
        reasons = []
        for label, attempt in self._attempts(engine):
            try:
                return self._ended(self._made(engine, label, attempt), "ready")
            except NoSpace:
                return self._ended(self._full(engine, label), "the disk is full")
            except Unavailable as why:
                reasons.append(Reason(source=label, text=str(why)))
                self.tell(Progress(engine=engine.name, source=label, step=f"no: {why}"))
        missing = NotInstalled(name=engine.name, reasons=tuple(reasons), cure=_cure(engine))
        return self._ended(missing, "could not be had")

    def _attempts(self, engine: Engine) -> Iterator[tuple[str, Attempt]]:
        if not self.whole:
            yield PATH, partial(self._path, engine)
        for source in engine.sources:
            if isinstance(source, Debian):
                for suite in source.suites:
                    label = f"debian-{suite}" if suite else "debian"
                    yield label, partial(self._debian, source, suite)
            else:
                yield _LABELS[type(source)], partial(self._other, engine, source)

    def _path(self, engine: Engine, _stage: Path, tell: Callable[[str], None]) -> Acquired:
        tell("looking")
        found = on_path(engine, self.commands)
        return Acquired(programs=found.programs)

    def _debian(
        self, source: Debian, suite: str, stage: Path, tell: Callable[[str], None]
    ) -> Acquired:
        apt = self.suites.suite(suite, lambda: tell("fetching the package lists"))
        return debian.acquire(source, apt, stage, self.commands, tell)

    def _other(
        self, engine: Engine, source: Source, stage: Path, tell: Callable[[str], None]
    ) -> Acquired:
        if isinstance(source, Release):
            return release.acquire(source, engine.programs, self.fetcher, stage, tell)
        if isinstance(source, GoModule):
            return golang.acquire(source, stage, self.workshop, tell)
        if isinstance(source, PyPI):
            tell("downloading")
            return pypi.acquire(source, stage, self.commands)
        if isinstance(source, PythonEnvironment):
            return python_environment.acquire(source, stage, self.commands, tell)
        raise TypeError(f"{type(source).__name__} is tried once a suite")

    def _made(self, engine: Engine, label: str, attempt: Attempt) -> Installed:
        def tell(step: str) -> None:
            self.tell(Progress(engine=engine.name, source=label, step=step))

        stage = self.work / f"{engine.name}-{label}"
        try:
            stage.mkdir()
            got = _linked(attempt(stage, tell), stage)
            caches.share(stage)  # it is started as nobody, whatever our umask
            version = check.version_of(engine, got.programs, got.env, self.commands)
            if label != PATH:  # what the machine's owner installed is theirs to vouch for
                tell("starting it once")
                check.starts(engine, got.programs, got.env, work=self.work, commands=self.commands)
            made = Installed(
                name=engine.name,
                version=version,
                source=label,
                programs=got.programs,
                env=got.env,
                home=stage,
                stamps={name: record.stamp(path) for name, path in got.programs.items()},
            )
            return self._published(stage, made)
        except OSError as error:
            raise of_os_error(error) from error
        finally:
            caches.remove(stage)

    def _published(self, stage: Path, made: Installed) -> Installed:
        place = caches.publish(self.cache, stage, made, self._flush)
        found = record.load(place)
        if found is None:
            raise Unavailable(f"{place} was changed while it was installed")
        return found

    def _flush(self, folder: Path) -> None:
        # One call of the system for the whole tree; Python has none for it.
        done = self.commands.run(["sync", "--file-system", str(folder)], timeout=600)
        if not done.ok:
            raise refusal("writing to the disk failed", done.output)

    def _full(self, engine: Engine, label: str) -> NotInstalled:
        free = caches.free(self.cache) // _MEGA
        text = f"the disk of {self.cache.root} is full ({free} MB free after cleaning up)"
        cure = "make room there, or set SEATRIAL_CACHE to a folder on a larger disk"
        return NotInstalled(name=engine.name, reasons=(Reason(source=label, text=text),), cure=cure)

    def _ended(self, outcome: Outcome, step: str) -> Outcome:
        source = outcome.source if isinstance(outcome, Installed) else ""
        self.tell(Progress(engine=outcome.name, source=source, step=step, ended=True))
        return outcome


_LABELS: dict[type, str] = {
    Release: "release",
    GoModule: "go",
    PyPI: "pypi",
    PythonEnvironment: "pypi",
}


def install(
    engines: Sequence[Engine],
    *,
    cache: Path | None = None,
    progress: Tell = silent,
    whole: bool = False,
) -> tuple[Outcome, ...]:
    """Make every engine available, in the order given; what is there already stays as it is.

    `whole` wants all of an engine below one folder of the cache, to be moved elsewhere: what is
    installed on the machine is then not used.

    One installation at a time works in a cache; another one waits. Nothing outside the cache is
    written. `progress` is called from several threads, one at a time. An interruption
    (KeyboardInterrupt) kills every command that was started, and leaves complete engines only.
    """
    place = caches.open_cache(cache)
    told = _serial(progress)

    def waiting() -> None:
        told(Progress(engine="", source="", step="waiting for another installation to end"))

    try:
        with caches.held(place, waiting) as work:
            return _all(engines, place, work, told, whole=whole)
    except OSError as error:
        reason = Reason(source="cache", text=f"{place.root}: {error.strerror or error}")
        cure = "set SEATRIAL_CACHE to a folder that you may write to"
        return tuple(NotInstalled(name=e.name, reasons=(reason,), cure=cure) for e in engines)


def _all(
    engines: Sequence[Engine], cache: Cache, work: Path, tell: Tell, *, whole: bool
) -> tuple[Outcome, ...]:
    from seatrial.runtimes.local.install.fetch import Fetcher  # noqa: PLC0415 - see above

    commands = Commands()
    installation = Installation(
        cache=cache,
        work=work,
        commands=commands,
        suites=AptSuites(work, commands),
        fetcher=Fetcher(stopped=lambda: commands.stopped),
        tell=tell,
        workshop=golang.Workshop(work, commands),
        whole=whole,
    )
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        try:
            return tuple(pool.map(installation.one, engines))
        finally:
            commands.stop()


def _linked(got: Acquired, stage: Path) -> Acquired:
    """The programs in one folder, each under the name that seatrial calls it by."""
    folder = stage / "bin"
    folder.mkdir(exist_ok=True)
    for name, place in got.programs.items():
        if place.parent != folder:
            target = os.path.relpath(place, folder) if place.is_relative_to(stage) else place
            (folder / name).symlink_to(target)
    return Acquired(programs={name: folder / name for name in got.programs}, env=got.env)


def _serial(tell: Tell) -> Tell:
    guard = threading.Lock()

    def one_at_a_time(progress: Progress) -> None:
        with guard:
            tell(progress)

    return one_at_a_time


def _cure(engine: Engine) -> str:
    names = " and ".join(engine.programs)
    return f"install {engine.title} {engine.minimum} or newer, so that {names} are on PATH"
