"""The engine's programs: unpacked from Debian into the cache, whole or not at all.

The engine, its command line, compose and buildx come from a suite that has them new enough. What
must fit this machine's C library and kernel (runc, iptables, modprobe) comes from its own suite.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
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

NAME = "docker"
_SUITES = ("trixie", "sid")
_PLUGINS = "usr/libexec/docker/cli-plugins"
_PACKAGE = ("docker", "io")  # in parts: its name is that of a registry, too
_ENGINE = Debian(
    packages=(".".join(_PACKAGE), "docker-cli", "docker-compose", "docker-buildx", "containerd"),
    programs={
        "dockerd": "usr/*bin/dockerd",
        "docker-proxy": "usr/*bin/docker-proxy",
        "docker": "usr/bin/docker",
        "containerd": "usr/bin/containerd",
        "containerd-shim-runc-v2": "usr/bin/containerd-shim-runc-v2",
        "docker-compose": f"{_PLUGINS}/docker-compose",
        "docker-buildx": f"{_PLUGINS}/docker-buildx",
    },
)
_MACHINE = Debian(
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

    @property
    def plugins(self) -> tuple[Path, ...]:
        """Of the command line: compose and buildx."""
        return (self["docker-compose"], self["docker-buildx"])

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


def found(cache: caches.Cache) -> Programs | None:
    """The newest that is complete, or None."""
    kept = caches.records(cache, NAME)
    best = max(kept, key=lambda each: order(each.version), default=None)
    return Programs(best) if best is not None else None


def install(cache: caches.Cache, tell: Callable[[str], None]) -> Programs:
    """The programs, unpacked where they are not there yet. Raises RuntimeFailure."""
    kept = found(cache)
    if kept is not None:
        return kept
    commands = Commands()
    try:
        with caches.held(cache, lambda: tell("waiting for another installation")) as work:
            kept = found(cache)
            return kept if kept is not None else Programs(_unpacked(cache, work, commands, tell))
    except (Unavailable, OSError) as why:
        raise RuntimeFailure(
            f"no Docker Engine could be unpacked into {cache.root}: {why}",
            "install Docker Engine and start it",
        ) from why
    finally:
        commands.stop()


def _unpacked(
    cache: caches.Cache, work: Path, commands: Commands, tell: Callable[[str], None]
) -> record.Installed:
    suites = AptSuites(work, commands)
    reasons = []
    for suite in _SUITES:
        stage = caches.fresh(work)
        try:
            return _from(suite, stage, cache=cache, suites=suites, commands=commands, tell=tell)
        except Unavailable as why:
            reasons.append(f"{suite}: {why}")
        finally:
            caches.remove(stage)
    raise Unavailable("; ".join(reasons))


def _from(
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
    for folder, source, where in (("engine", _ENGINE, suite), ("machine", _MACHINE, "")):
        (stage / folder).mkdir()
        label = where or "the machine's own suite"
        apt = suites.suite(where, partial(tell, f"fetching the lists of {label}"))
        got = debian.acquire(source, apt, stage / folder, commands, tell)
        programs |= got.programs
        for key, value in got.env.items():
            env[key] = f"{env[key]}:{value}" if key in env else value
    programs = _linked(programs, stage)
    caches.share(stage)
    told = commands.run([str(programs["dockerd"]), "--version"], env=env)
    version = found_in(told.output, r"version v?(\d+(?:\.\d+)+)")
    if version is None:
        raise Unavailable(f"dockerd does not tell its version: {told.output.strip()[:200]}")
    made = record.Installed(
        name=NAME,
        version=version,
        source=f"debian-{suite}",
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
    """Every program under the name that Docker calls it by, in one folder.

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


def say(text: str) -> None:
    """A step, for whoever watches."""
    sys.stderr.write(f"docker  {text}\n")
