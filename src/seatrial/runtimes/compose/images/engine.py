"""An engine's image, made of the programs in the cache of engines and what they load."""

from collections.abc import Callable, Iterator
from pathlib import Path

from seatrial.contract.engine import Engine, PythonEnvironment
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.images import closure, interpreter
from seatrial.runtimes.compose.images.content import Content
from seatrial.runtimes.compose.images.essentials import essentials, utility
from seatrial.runtimes.compose.images.tree import Entry, folder
from seatrial.runtimes.local.install import Installed, NotInstalled, find_whole, install
from seatrial.runtimes.local.install import Progress as Step
from seatrial.runtimes.local.install.command import Commands
from seatrial.runtimes.local.install.python_environment import called

# Of an unpacked tree, what no program reads: documents, and what only a package manager uses.
_UNREAD = tuple(
    f"root/{each}"
    for each in (
        "etc/",
        "lib/systemd/",
        "usr/include/",
        "usr/lib/systemd/",
        "usr/share/bash-completion/",
        "usr/share/doc/",
        "usr/share/info/",
        "usr/share/lintian/",
        "usr/share/locale/",
        "usr/share/man/",
        "var/",
    )
)


def whole(engine: Engine, cache: Path | None, tell: Callable[[str], None]) -> Installed:
    """The engine in the cache with all its files, installed where it is not. Raises RuntimeFailure.

    What the machine's owner installed is scattered over the machine: it cannot be taken along.
    """
    found = find_whole(engine, cache)
    if found is not None:
        return found

    def step(progress: Step) -> None:
        tell(f"{progress.source} {progress.step}".strip())

    (got,) = install([engine], cache=cache, progress=step, whole=True)
    if isinstance(got, NotInstalled):
        reasons = tuple(f"{each.source}: {each.text}" for each in got.reasons)
        raise RuntimeFailure(
            f"no image of {engine.title}: neither its registry nor its programs can be reached",
            "connect this machine, or bring the image with `seatrial images load`",
            reasons,
        )
    return got


def content(installed: Installed, engine: Engine, commands: Commands) -> Content:
    """What its image holds. Raises RuntimeFailure."""
    home = f"opt/{engine.name}"
    own = _by_python(engine, home)
    return Content(
        name=engine.name,
        version=installed.version,
        why=f"{engine.title} {installed.version} ({installed.source}) and what it loads",
        files={**dict(_files(installed, engine, home, commands, by_python=bool(own))), **own},
        path=(f"/{home}/bin",),
        env={
            key: value.replace(str(installed.home), f"/{home}")
            for key, value in installed.env.items()
        },
        run=interpreter.compiling() if own else (),
    )


def _by_python(engine: Engine, home: str) -> dict[str, Entry]:
    """The programs that a Python runs: in the cache they name this machine's, here the image's."""
    return {
        f"{home}/bin/{name}": Entry(text=text, mode=0o755)
        for each in engine.sources
        if isinstance(each, PythonEnvironment)
        for name, text in called(each, interpreter.PROGRAM).items()
    }


def _files(
    installed: Installed, engine: Engine, home: str, commands: Commands, *, by_python: bool
) -> Iterator[tuple[str, Entry]]:
    own = dict(folder(installed.home, home, without=_UNREAD))
    if by_python:
        own |= interpreter.files()
    yield from essentials()
    yield from own.items()
    programs = list(closure.elves(own))
    for name in engine.utilities:
        place, program = utility(name)
        programs.append(program)
        yield place, Entry(source=program, mode=0o755)
    yield from closure.needed(programs, installed.home, installed.env, commands).items()
