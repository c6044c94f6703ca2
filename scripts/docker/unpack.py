"""Unpacks programs from Debian into the cache, whole or not at all; nothing is installed.

For scripts that need products which seatrial itself does not install.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from seatrial.contract.engine import Debian
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.local.install import cache as caches
from seatrial.runtimes.local.install import debian, record
from seatrial.runtimes.local.install.apt import AptSuites
from seatrial.runtimes.local.install.command import Commands
from seatrial.runtimes.local.install.failure import Unavailable
from seatrial.runtimes.local.install.version import found_in, order

# Of every container engine: what must fit this machine's C library and kernel.
MACHINE = Debian(
    packages=("runc", "iptables", "kmod", "tini"),
    programs={
        "runc": "usr/sbin/runc",
        "iptables": "usr/sbin/xtables-nft-multi",
        "ip6tables": "usr/sbin/xtables-nft-multi",
        "modprobe": "*bin/kmod",
        "docker-init": "usr/bin/tini-static",
    },
    modules=("usr/lib/*/xtables/*.so",),
)
_CALLED_BY_NAME = ("iptables", "ip6tables", "modprobe")


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What to unpack: packages of the first of `suites` that will do, and MACHINE of its own suite.

    `main` is the program that tells its version; "" among the suites is the machine's own.
    """

    name: str
    title: str
    suites: tuple[str, ...]
    main: str
    source: Debian = field(hash=False)
    cure: str


@dataclass(frozen=True, slots=True)
class Programs:
    """The unpacked engine."""

    installed: record.Installed

    def __getitem__(self, name: str) -> Path:
        """Where a program is."""
        return self.installed.programs[name]

    @property
    def home(self) -> Path:
        """The folder that holds every program."""
        return self.installed.home

    @property
    def folder(self) -> Path:
        """The folder that stands first on PATH: each program by the name that it is called by."""
        return self.home / "bin/first"

    def environment(self) -> dict[str, str]:
        """For the engine: the machine's own tools come before ours, to agree with its settings."""
        path = [*os.environ.get("PATH", "").split(os.pathsep), "/usr/sbin", "/sbin"]
        found = {**os.environ, **self.installed.env}
        ours = str(self.home / "bin")
        found["PATH"] = os.pathsep.join([str(self.folder), *path, ours])
        matches = next(iter(sorted((self.home / "machine/root").glob("usr/lib/*/xtables"))), None)
        if matches is not None:
            found["XTABLES_LIBDIR"] = str(matches)
        return found


def found(product: Product, cache: caches.Cache) -> Programs | None:
    """The newest that is complete, or None."""
    kept = caches.records(cache, product.name)
    best = max(kept, key=lambda each: order(each.version), default=None)
    return Programs(best) if best is not None else None


def install(product: Product, cache: caches.Cache, tell: Callable[[str], None]) -> Programs:
    """The programs, unpacked where they are not there yet. Raises RuntimeFailure."""
    kept = found(product, cache)
    if kept is not None:
        return kept
    commands = Commands()
    try:
        with caches.held(cache, lambda: tell("waiting for another installation")) as work:
            kept = found(product, cache)
            if kept is not None:
                return kept
            return Programs(_unpacked(product, cache, work, commands, tell))
    except (Unavailable, OSError) as why:
        raise RuntimeFailure(
            f"no {product.title} could be unpacked into {cache.root}: {why}",
            product.cure,
        ) from why
    finally:
        commands.stop()


def _unpacked(
    product: Product,
    cache: caches.Cache,
    work: Path,
    commands: Commands,
    tell: Callable[[str], None],
) -> record.Installed:
    suites = AptSuites(work, commands)
    reasons = []
    for suite in product.suites:
        stage = caches.fresh(work)
        try:
            return _from(
                product,
                suite,
                stage,
                cache=cache,
                suites=suites,
                commands=commands,
                tell=tell,
            )
        except Unavailable as why:
            reasons.append(f"{suite}: {why}")
        finally:
            caches.remove(stage)
    raise Unavailable("; ".join(reasons))


def _from(
    product: Product,
    suite: str,
    stage: Path,
    *,
    cache: caches.Cache,
    suites: AptSuites,
    commands: Commands,
    tell: Callable[[str], None],
) -> record.Installed:
    programs: dict[str, Path] = {}
    env: dict[str, str] = {}
    for folder, source, where in (("engine", product.source, suite), ("machine", MACHINE, "")):
        (stage / folder).mkdir()
        label = where or "the machine's own suite"
        apt = suites.suite(where, partial(tell, f"fetching the lists of {label}"))
        got = debian.acquire(source, apt, stage / folder, commands, tell)
        programs |= got.programs
        for key, value in got.env.items():
            env[key] = f"{env[key]}:{value}" if key in env else value
    programs = _linked(programs, stage)
    caches.share(stage)
    told = commands.run([str(programs[product.main]), "--version"], env=env)
    version = found_in(told.output, r"version v?(\d+(?:\.\d+)+)")
    if version is None:
        raise Unavailable(f"{product.main} does not tell its version: {told.output.strip()[:200]}")
    made = record.Installed(
        name=product.name,
        version=version,
        source=f"debian-{suite}" if suite else "debian",
        programs=programs,
        env=env,
        home=stage,
        stamps={name: record.stamp(path) for name, path in programs.items()},
    )
    tell("writing to the disk")
    place = caches.publish(cache, stage, made, lambda folder: _flush(folder, commands))
    complete = record.load(place)
    if complete is None:
        raise Unavailable(f"{place} was changed while it was made")
    return complete


def _linked(programs: dict[str, Path], stage: Path) -> dict[str, Path]:
    """Every program under the name that it is called by, in one folder.

    `first` is for those that a machine's own must not stand before.
    """
    (stage / "bin/first").mkdir(parents=True)
    linked = {}
    for name, place in programs.items():
        folder = stage / "bin" if name in _CALLED_BY_NAME else stage / "bin/first"
        linked[name] = folder / name
        linked[name].symlink_to(os.path.relpath(place, folder))
    return linked


def _flush(folder: Path, commands: Commands) -> None:
    if not commands.run(["sync", "--file-system", str(folder)], timeout=600).ok:
        raise Unavailable("writing to the disk failed")
