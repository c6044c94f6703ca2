"""Builds an engine from a Go module, in a scratch module of its own.

Its go.mod and go.sum are committed beside the engine, so that what is built is fixed by digests.
"""

import json
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from seatrial.contract.engine import GoModule
from seatrial.runtimes.local.install.acquired import Acquired
from seatrial.runtimes.local.install.cache import fresh, remove
from seatrial.runtimes.local.install.command import Commands, Finished
from seatrial.runtimes.local.install.failure import Unavailable, refusal
from seatrial.runtimes.local.install.toolchain import environment, toolchain

_MINUTES = 60.0
_BUILD = 40 * _MINUTES


@dataclass(frozen=True, slots=True)
class Workshop:
    """What the builds of one installation share, below `work`: the toolchain, and its results.

    Each engine would compile the standard library anew, which is as much work as a small engine
    is. While one is built, which fills every core, the modules of the next are fetched.
    """

    work: Path
    commands: Commands
    _fetching: threading.Lock = field(default_factory=threading.Lock)
    building: threading.Lock = field(default_factory=threading.Lock)

    @property
    def results(self) -> Path:
        """Go's cache of what was compiled."""
        return self.work / "go-results"

    def go(self, minimum: str, tell: Callable[[str], None]) -> Path:
        """The `go` program, fetched at most once. Raises Unavailable."""
        with self._fetching:
            return toolchain(minimum, self.work, self.commands, tell)


def acquire(source: GoModule, stage: Path, shop: Workshop, tell: Callable[[str], None]) -> Acquired:
    """Build the programs into `stage/bin`. Raises Unavailable, OSError.

    Modules lie in a scratch folder and are removed at the end: they are ten times the size of the
    programs. What was compiled is kept for the next engine, unless the build fails: the disk may
    be full of it.
    """
    go = shop.go(source.go, tell)
    scratch = fresh(shop.work)
    try:
        return _built(source, go, scratch, stage=stage, shop=shop, tell=tell)
    finally:
        remove(scratch)


def _built(
    source: GoModule,
    go: Path,
    scratch: Path,
    *,
    stage: Path,
    shop: Workshop,
    tell: Callable[[str], None],
) -> Acquired:
    module = scratch / "tool"
    module.mkdir()
    for name in ("go.mod", "go.sum", *source.mains):
        text = files(source.recipe).joinpath(name).read_text(encoding="utf-8")
        (module / name).write_text(text, encoding="utf-8")
    if not source.mains:
        _blank(module, source)

    def run(*argv: str, cwd: Path = module, results: Path | None = None) -> Finished:
        env = environment(scratch, results)  # only who builds has the shared ones to itself
        done = shop.commands.run([str(go), *argv], env=env, cwd=cwd, timeout=_BUILD)
        if not done.ok:
            raise refusal(f"go {argv[0]} failed", done.output)
        return done

    tell("downloading")
    if source.copies:
        _copy(source, module, lambda *argv: run(*argv, cwd=scratch))
    run("list", "-deps", *source.packages.values())  # fetches what is built, and no module more
    (stage / "bin").mkdir()
    programs = {name: stage / "bin" / name for name in source.packages}
    flags = " ".join(("-s", "-w", *source.ldflags))
    with shop.building:
        tell("building")
        try:
            for name, package in source.packages.items():
                build = ("build", "-ldflags", flags, "-o", str(programs[name]), package)
                run(*build, results=shop.results)
        except Unavailable:
            remove(shop.results)
            raise
    return Acquired(programs=programs)


def _blank(module: Path, source: GoModule) -> None:
    """Import what is built, so that the scratch module rests on it."""
    imports = "\n".join(f'\t_ "{package}"' for package in sorted(source.packages.values()))
    text = f"//go:build tools\n\npackage tool\n\nimport (\n{imports}\n)\n"
    (module / "tool.go").write_text(text, encoding="utf-8")


def _copy(source: GoModule, module: Path, run: Callable[..., Finished]) -> None:
    """Copy the module's folder to `./copy` and add the files that it lacks."""
    told = run("mod", "download", "-json", f"{source.module}@{source.version}")
    folder = json.loads(told.output[told.output.index("{") :])["Dir"]
    copy = module / "copy"
    shutil.copytree(folder, copy)
    for name, text in source.copies.items():
        place = copy / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
