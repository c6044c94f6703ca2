"""Builds an engine from a Go module, in a scratch module of its own.

Its go.mod and go.sum are committed beside the engine, so that what is built is fixed by digests.
"""

import json
import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from seatrial.contract.engine import GoModule
from seatrial.runtimes.local.install.acquired import Acquired
from seatrial.runtimes.local.install.cache import fresh, remove
from seatrial.runtimes.local.install.command import Commands, Finished
from seatrial.runtimes.local.install.failure import refusal
from seatrial.runtimes.local.install.toolchain import environment, toolchain

_MINUTES = 60.0
_BUILD = 40 * _MINUTES


def acquire(
    source: GoModule, stage: Path, work: Path, commands: Commands, tell: Callable[[str], None]
) -> Acquired:
    """Build the programs into `stage/bin`. Raises Unavailable, OSError.

    Modules and build results lie below `work` and are removed at the end: they are ten times the
    size of the programs.
    """
    go = toolchain(source.go, work, commands, tell)
    scratch = fresh(work)
    try:
        return _built(source, go, scratch, stage=stage, commands=commands, tell=tell)
    finally:
        remove(scratch)


def _built(
    source: GoModule,
    go: Path,
    scratch: Path,
    *,
    stage: Path,
    commands: Commands,
    tell: Callable[[str], None],
) -> Acquired:
    module = scratch / "tool"
    module.mkdir()
    for name in ("go.mod", "go.sum", *source.mains):
        text = files(source.recipe).joinpath(name).read_text(encoding="utf-8")
        (module / name).write_text(text, encoding="utf-8")
    if not source.mains:
        _blank(module, source)
    env = environment(scratch)

    def run(*argv: str, cwd: Path = module) -> Finished:
        done = commands.run([str(go), *argv], env=env, cwd=cwd, timeout=_BUILD)
        if not done.ok:
            raise refusal(f"go {argv[0]} failed", done.output)
        return done

    if source.copies:
        tell("downloading")
        _copy(source, module, lambda *argv: run(*argv, cwd=scratch))
    tell("building")
    (stage / "bin").mkdir()
    programs = {}
    for name, package in source.packages.items():
        programs[name] = stage / "bin" / name
        flags = " ".join(("-s", "-w", *source.ldflags))
        run("build", "-ldflags", flags, "-o", str(programs[name]), package)
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
