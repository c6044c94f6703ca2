"""The installed engines as the local runtime needs them: programs, folders, environment."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from importlib.metadata import entry_points
from pathlib import Path

from seatrial.contract.engine import Engine
from seatrial.contract.output import Workload
from seatrial.runtimes.local.install import Installed, find, home_of


class Engines:
    """What is installed in one cache, looked up once."""

    def __init__(self, cache: Path | None) -> None:
        """Nothing is looked up yet."""
        self._cache = cache
        self._found: dict[str, Installed | None] = {}

    @cached_property
    def known(self) -> Mapping[str, Engine]:
        """Every engine that is registered, by name."""
        return {each.name: each.load() for each in entry_points(group="seatrial.engines")}

    def installed(self, name: str) -> Installed | None:
        """An engine as it is installed, or None."""
        if name not in self._found:
            engine = self.known.get(name)
            self._found[name] = find(engine, self._cache) if engine is not None else None
        return self._found[name]

    @staticmethod
    def wanted(workloads: Iterable[Workload]) -> dict[str, bool]:
        """Each engine that these run on or call, and whether it can be done without."""
        every = tuple(workloads)
        found = {each.engine: each.optional for each in every if each.engine}
        return {**found, **{tool: False for each in every for tool in each.tools}}

    def program(self, engine: str, name: str) -> Path | None:
        """Where a program of an engine is."""
        found = self.installed(engine)
        return found.programs.get(name) if found is not None else None

    def home(self, name: str) -> str:
        """The folder of an engine's own files; empty where it is not installed."""
        found = self.installed(name)
        if found is None:
            return ""
        engine = self.known[name]
        return str(home_of(found.programs[engine.main], engine))

    def folders(self, engine: str, tools: tuple[str, ...] = ()) -> list[str]:
        """What goes on PATH: for an engine's workload its own programs and its tools', else all."""
        names = [engine, *tools] if engine else sorted(self.known)
        found: dict[str, None] = {}
        for name in names:
            installed = self.installed(name)
            for path in installed.programs.values() if installed is not None else ():
                found.setdefault(str(path.parent))
        return list(found)

    def environment(self, engine: str, tools: tuple[str, ...] = ()) -> dict[str, str]:
        """What an engine's programs and its tools' need (their libraries)."""
        names = [engine, *tools] if engine else sorted(self.known)
        found: dict[str, str] = {}
        for name in names:
            installed = self.installed(name)
            for key, value in installed.env.items() if installed is not None else ():
                # several engines' libraries side by side, for a service that runs one of them
                found[key] = f"{found[key]}:{value}" if key in found else value
        return found
