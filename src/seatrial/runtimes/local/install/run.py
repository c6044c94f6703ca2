"""Installs engines: each from the first of its sources that gives one that starts here."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from seatrial.contract.engine import Debian, Engine, GoModule, PyPI, Release, Source
from seatrial.runtimes.local.install import cache as caches
from seatrial.runtimes.local.install import check, debian, golang, pypi, record, release
from seatrial.runtimes.local.install.acquired import Acquired
from seatrial.runtimes.local.install.apt import AptSuites
from seatrial.runtimes.local.install.cache import Cache
from seatrial.runtimes.local.install.command import Commands
from seatrial.runtimes.local.install.failure import NoSpace, Unavailable, of_os_error, refusal
from seatrial.runtimes.local.install.fetch import Fetcher
from seatrial.runtimes.local.install.find import PATH, on_path
from seatrial.runtimes.local.install.outcome import NotInstalled, Reason
from seatrial.runtimes.local.install.progress import Progress, Tell
from seatrial.runtimes.local.install.record import Installed

_AT_ONCE = 3
_MEGA = 1_000_000

Outcome = Installed | NotInstalled
Attempt = Callable[[Path, Callable[[str], None]], Acquired]


@dataclass(slots=True)
class Installation:
    """One run: what is shared between the engines that it installs."""

    cache: Cache
    work: Path
    commands: Commands
    suites: AptSuites
    fetcher: Fetcher
    tell: Tell
    _building: threading.Lock = field(default_factory=threading.Lock)

    def one(self, engine: Engine) -> Outcome:
        """The engine, from the cache, PATH or its first source that works. Raises OSError."""
        outcome = self._kept(engine) or self._on_path(engine)
        if isinstance(outcome, Installed):
            return self._ended(outcome, "ready")
        reasons = [outcome]
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

    def _kept(self, engine: Engine) -> Installed | None:
        records = caches.records(self.cache, engine.name)
        usable = [
            one
            for one in records
            if set(engine.programs) <= set(one.programs)
            and check.new_enough(one.version, engine.minimum)
        ]
        return max(usable, key=lambda one: one.source == PATH, default=None)

    def _on_path(self, engine: Engine) -> Installed | Reason:
        try:
            found = on_path(engine, self.commands)
        except Unavailable as why:
            return Reason(source=PATH, text=str(why))
        # Recorded too, so that the next look needs no process.
        return self._published(caches.fresh(self.work), found)

    def _attempts(self, engine: Engine) -> Iterator[tuple[str, Attempt]]:
        for source in engine.sources:
            if isinstance(source, Debian):
                for suite in source.suites:
                    label = f"debian-{suite}" if suite else "debian"
                    yield label, partial(self._debian, source, suite)
            else:
                yield _LABELS[type(source)], partial(self._other, engine, source)

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
            with self._building:  # one build fills every core by itself
                return golang.acquire(source, stage, self.work, self.commands, tell)
        assert isinstance(source, PyPI)
        tell("downloading")
        return pypi.acquire(source, stage, self.commands)

    def _made(self, engine: Engine, label: str, attempt: Attempt) -> Installed:
        def tell(step: str) -> None:
            self.tell(Progress(engine=engine.name, source=label, step=step))

        try:
            stage = caches.fresh(self.work)
            got = attempt(stage, tell)
            tell("starting it once")
            version = check.version_of(engine, got.programs, got.env, self.commands)
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
        return NotInstalled(
            name=engine.name, reasons=(Reason(source=label, text=text),), cure=cure
        )

    def _ended[T: (Installed, NotInstalled)](self, outcome: T, step: str) -> T: ...
