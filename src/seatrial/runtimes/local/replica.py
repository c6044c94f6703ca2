"""One replica on disk: its folder, its files with placeholders resolved, how it is started."""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from seatrial.contract.output import Origin, Workload
from seatrial.contract.placeholder import resolve, written
from seatrial.contract.placement import Endpoint, Location
from seatrial.contract.runtime import Lacking, RuntimeFailure
from seatrial.runtimes.local import cgroups, program
from seatrial.runtimes.local.engines import Engines
from seatrial.runtimes.local.home import Home
from seatrial.runtimes.local.namespace import available
from seatrial.runtimes.local.placement import uid_of
from seatrial.runtimes.local.supervisor import Program, section
from seatrial.runtimes.shared import host
from seatrial.runtimes.shared.state import replace_text


class _NoProgram(RuntimeFailure):
    """The program of a command is not there."""


@dataclass(frozen=True, kw_only=True)
class Replica:
    """Everything needed to write and start one replica of a workload."""

    home: Home
    folder: Path
    workload: Workload
    location: Location
    engines: Engines
    secrets: Mapping[str, str]
    cgroups: tuple[str, ...] = ()
    shared: Location | None = None  # the replica in whose folder it works, too
    ways: Mapping[str, Endpoint] = field(default_factory=dict)  # the edges that are its alone

    @property
    def directory(self) -> Path:
        """`${self.dir}`."""
        return self.home.replica(self.workload.name, self.location.replica)

    @property
    def uid(self) -> int | None:
        """Its own uid where it can have one, or that of whom it shares with; else None."""
        return uid_of((self.shared or self.location).address) if available() else None

    @property
    def cwd(self) -> Path:
        """A service runs in the folder of its file, everything else in its own folder."""
        return self.folder if self.workload.origin is Origin.SERVICE else self.directory

    def resolved(self, text: str, *, secret: bool = True, path: str = "") -> str:
        """The text, of a file where it has a `path`, with what only this runtime knows.

        Raises RuntimeFailure for a lost secret.
        """

        def lookup(name: str) -> str | None:
            root, _, rest = name.partition(".")
            if root == "secret" and secret:
                if rest not in self.secrets:
                    raise RuntimeFailure(
                        f"{self.workload.name} needs the secret {rest}, which is not there",
                        f"write it to {self.home.path}/secrets/{rest} (mode 0600)",
                    )
                return written(path, self.secrets[rest])
            if root == "system" and rest == "dir":
                return str(self.folder)
            if root == "folder":
                other, _, number = rest.rpartition(".")
                return str(self.home.replica(other, int(number)))
            return self._own(rest) if root == "self" else None

        return resolve(text, lookup)

    def _own(self, attribute: str) -> str | None:
        kind, _, rest = attribute.partition(".")
        if kind == "ports" and rest in self.location.ports:
            return str(self.location.ports[rest])
        if kind == "ways" and rest in self.ways:
            return str(self.ways[rest])
        return {
            "dir": str(self.directory),
            "address": self.location.address,
            "replica": str(self.location.replica),
            "region": self.location.region,
            "machine": "/",
            "groups": cgroups.below(self.home.path.name),
            "logs": str(self.home.logs),
            "host": host.sources().words if self.workload.reads_host else "",
            "engine": self.engines.home(self.workload.engine),
            "shared": self._shared(),
        }.get(kind)

    def _shared(self) -> str:
        one = self.shared
        return str(self.home.replica(one.workload, one.replica)) if one is not None else ""

    def command(self, argv: tuple[str, ...]) -> tuple[str, ...]:
        """The words with their program found, without secrets: `ps` shows them to all."""
        words = [self.resolved(each, secret=False) for each in argv]
        if not words:
            raise RuntimeFailure(
                f"{self.workload.name} has no command for the local runtime",
                f"add `run:` to services.{self.workload.name}",
            )
        words[0] = self._program(words[0])
        return tuple(words)

    def _program(self, name: str) -> str:
        if self.workload.origin is Origin.DAEMON and name == "python":
            return sys.executable
        if self.workload.engine:
            for engine in (self.workload.engine, *self.workload.tools):
                found = self.engines.program(engine, name)
                if found is not None:
                    return str(found)
        path = self.environment()["PATH"]
        located = program.located(name, self.folder, path)
        if located is None:
            raise _NoProgram(*program.reason(name, self.folder, path))
        return located

    def lacking(self) -> Lacking | None:
        """Why its command cannot be run, or None."""
        try:
            self.command(self.workload.argv)
        except _NoProgram as none:
            return Lacking(workload=self.workload.name, summary=none.summary, cure=none.cure)
        return None

    def environment(self) -> dict[str, str]:
        """What the process sees: PATH, its own folders, what the workload declares."""
        engine, tools = self.workload.engine, self.workload.tools
        path = [str(self.folder / ".venv/bin"), *self.engines.folders(engine, tools)]
        path += os.environ.get("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").split(os.pathsep)
        found = {
            "PATH": os.pathsep.join(path),
            "HOME": str(self.directory),
            "TMPDIR": str(self.directory / "tmp"),
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "SEATRIAL_HOME_OF": str(self.home.path),
            **self.engines.environment(engine, tools),
        }
        found |= {key: self.resolved(value) for key, value in self.workload.env.items()}
        return found

    def write(self) -> None:
        """Write its folder, files, volumes and spec; nothing is started."""
        owner = self.uid
        for path in (self.directory, self.directory / "tmp"):
            _folder(path, owner)
        for volume in self.workload.volumes:
            _folder(self.directory / volume.path, owner)
        for file in self.workload.files:
            path = self.directory / file.path
            for parent in reversed(path.relative_to(self.directory).parents[:-1]):
                _folder(self.directory / parent, owner)
            mode = 0o600 if file.secret else 0o640
            replace_text(path, self.resolved(file.text, path=file.path), mode=mode, owner=owner)
        replace_text(self._spec_path(), json.dumps(self.spec()), mode=0o600)

    def aside(self, volume: str, kept: Path) -> None:
        """Move what is in the folder of a volume away, and make a fresh one."""
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(self.directory / volume, kept)
        self.write()

    def _spec_path(self) -> Path:
        return self.home.spec(self.workload.name, self.location.replica)

    def spec(self) -> dict[str, Any]:
        """What the launcher reads."""
        found: dict[str, Any] = {
            "argv": self.command(self.workload.argv),
            "env": self.environment(),
            "cwd": str(self.cwd),
            "uid": self.uid,
            "held": str(self.home.held(self.workload.name, self.location.replica)),
            "cgroups": list(self.cgroups),
        }
        if self.workload.reads_host and self.uid is not None:
            written = host.sources()
            found |= {"groups": list(written.groups), "kernel": written.kernel}
        return found

    def digests(self) -> dict[str, str]:
        """Digests of each file and of the rest (`spec`): what a second `up` compares."""
        found = {
            file.path: _digest(self.resolved(file.text, path=file.path))
            for file in self.workload.files
        }
        spec = self.spec()
        # who calls `up`, from which shell, is no reason to restart anything
        spec["env"] = {key: value for key, value in spec["env"].items() if key != "PATH"}
        spec["cgroups"] = asdict(self.workload.resources)  # the groups' names tell no limit
        # also where seatrial is installed: another one's process manager stops what it holds anew
        spec["program"] = section(self.home, Program.of(self.workload, self.location.replica))
        found["spec"] = _digest(json.dumps(spec, sort_keys=True))
        return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _folder(path: Path, owner: int | None) -> None:
    if path.is_dir():
        if owner is not None and path.stat().st_uid != owner:
            _hand_over(path, owner)
        return
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o750)
    if owner is not None:
        os.chown(path, owner, owner)
        for parent in path.parents[:3]:
            # the way down must be passable for every replica's own uid
            if parent.stat().st_uid == 0 and not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o111)


def _hand_over(path: Path, owner: int) -> None:
    """Data kept by `down` follows its replica, whose uid is that of today's address."""
    os.chown(path, owner, owner)
    for where, folders, files in os.walk(path):
        for name in (*folders, *files):
            os.chown(Path(where) / name, owner, owner, follow_symlinks=False)
