"""Gives a Python program a folder of its own with all that it needs, fixed by digests."""

import os
import shlex
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from pathlib import Path, PurePath

from seatrial.contract.engine import PythonEnvironment
from seatrial.runtimes.local.install import pypi
from seatrial.runtimes.local.install.acquired import Acquired
from seatrial.runtimes.local.install.cache import remove
from seatrial.runtimes.local.install.command import Commands
from seatrial.runtimes.local.install.failure import Unavailable, refusal

_USUAL = ("/usr/bin", "/usr/local/bin")
_TELL = "import sys; print(sys.implementation.cache_tag)"
# The interpreter's path may be longer than a line `#!` may be, or hold a space: the shell reads the
# second line as its command, Python as a text. Whose modules are found where is not left to the
# environment, which is the workload's: -I and -S.
_PROGRAM = """\
#!/bin/sh
'''exec' {python} -I -S "$0" "$@"
' '''
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "root"))

if __name__ == "__main__":
    from {module} import {function}

    sys.argv[0] = "{name}"
    sys.exit({function}())
"""


def acquire(
    source: PythonEnvironment, stage: Path, commands: Commands, tell: Callable[[str], None]
) -> Acquired:
    """Unpack everything below `stage/root`, the programs below `stage/bin`. Raises Unavailable."""
    python = interpreter(_candidates(), sys.implementation.cache_tag, commands)
    root, builder = stage / "root", stage / "builder"
    if source.built:
        tell("downloading what builds it")
        _fetch(source, "build.txt", builder, stage, commands)
    tell("downloading")
    _fetch(source, "requirements.txt", root, stage, commands, built=builder)
    remove(builder)
    # Whoever runs it may not write here: what is not compiled now is compiled at each start.
    compiled = commands.run(
        [str(python), "-I", "-S", "-m", "compileall", "-q", str(root)], timeout=600
    )
    if not compiled.ok:
        raise refusal(f"{source.package} is not for this Python", compiled.output)
    (stage / "bin").mkdir()
    programs = {}
    for name, text in called(source, python).items():
        programs[name] = stage / "bin" / name
        programs[name].write_text(text, encoding="utf-8")
        programs[name].chmod(0o755)
    return Acquired(programs=programs)


def called(source: PythonEnvironment, python: PurePath) -> Mapping[str, str]:
    """The text of each program, by its name; it runs by that interpreter, beside `root`. Pure."""
    found = {}
    for name, meant in source.programs.items():
        module, _, function = meant.partition(":")
        found[name] = _PROGRAM.format(
            python=shlex.quote(str(python)), module=module, function=function, name=name
        )
    return found


def interpreter(candidates: Iterable[Path], like: str | None, commands: Commands) -> Path:
    """The first that is of the kind that `like` names (`cpython-311`) and that anybody may run.

    Workloads have users of their own, and a start is tried as nobody. Without root all of them are
    we. Raises Unavailable.
    """
    closed = []
    for each in candidates:
        if not each.is_file():
            continue
        shut = [above for above in each.parents if not above.stat().st_mode & 0o001]
        if shut and os.geteuid() == 0:
            closed.append(f"{each} lies in {shut[-1]}, which only its owner may enter")
            continue
        told = commands.run([str(each), "-I", "-S", "-c", _TELL], timeout=20).output.strip()
        if told == like:
            return each
    why = f": {'; '.join(closed)}" if closed else ""
    raise Unavailable(f"no Python {like} for every user of this machine{why}")


def _candidates() -> Iterable[Path]:
    """Our own, without the environment around it, which may go any day; then the machine's."""
    yield Path(sys.executable).resolve()
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    yield from (Path(folder) / name for folder in _USUAL)


def _fetch(
    source: PythonEnvironment,
    lock: str,
    into: Path,
    stage: Path,
    commands: Commands,
    *,
    built: Path | None = None,
) -> None:
    wanted = stage / lock
    text = files(source.recipe).joinpath(lock).read_text(encoding="utf-8")
    wanted.write_text(text, encoding="utf-8")
    pypi.fetch(
        f"{source.package} {source.version}",
        wanted,
        into,
        stage,
        commands,
        built=source.built if built is not None else (),
        builder=built,
    )
    wanted.unlink()
