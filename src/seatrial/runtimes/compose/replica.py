"""One replica as a container: its words, environment and files, with placeholders resolved."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from seatrial.contract.output import Origin, Workload
from seatrial.contract.placeholder import resolve, written
from seatrial.contract.placement import Endpoint, Location
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.archive import Entry
from seatrial.runtimes.compose.host import NOTHING
from seatrial.runtimes.compose.images.within import PYTHON, START
from seatrial.runtimes.compose.lines import FOLDER, GROUP
from seatrial.runtimes.compose.names import Names
from seatrial.runtimes.shared.host import Sources

VOLUME = "/seatrial"  # where a replica's volume is; what lies at its top is the runtime's
_APART = "/apart"  # where that of one is that works in another's: each path there means the same
_SELF = "self"
_DIR = f"{VOLUME}/{_SELF}"
KEPT = "kept"  # in the volume: what drills have set aside
MACHINE = "/machine"  # where the machine is shown to what watches it
NOBODY = 65534  # every engine runs as nobody; images know this user, and nothing belongs to it
_WATCHER = 65533
_SCRATCH = "tmp"  # below `${self.dir}`, on the same file system as what is kept there
_WITHIN = "SEATRIAL_WITHIN"  # where a daemon finds its own programs in another's image


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image that is there: `id` is its digest, `uid` and `gid` those of its own user.

    `calls` maps programs to paths where they are not found under their own name.
    """

    reference: str
    id: str
    uid: int = 0
    gid: int = 0
    workdir: str = "/"
    calls: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, kw_only=True)
class Replica:
    """Everything needed to make one replica's container and to fill its volume.

    `joins` are networks of others that it is on as well: name to id. `podman`: which engine's words
    to use where the two differ. `lines`: the folder on the engine's machine where containers' lines
    lie; empty where they cannot be read. `host`: what that machine itself writes, for who reads it.
    `sharing`: the workloads that work in another's place, whose own folder is elsewhere. `ways`:
    the edges that are its alone.
    """

    names: Names
    workload: Workload
    location: Location
    image: Image
    secrets: Mapping[str, str]
    joins: Mapping[str, str] = field(default_factory=dict)
    podman: bool = False
    lines: str = ""
    host: Sources = NOTHING
    sharing: frozenset[str] = frozenset()
    ways: Mapping[str, Endpoint] = field(default_factory=dict)

    @property
    def volume(self) -> str:
        """Where its own volume is: one that shares another's place sees that where it is there."""
        return _APART if self.workload.shares else VOLUME

    @property
    def dir(self) -> str:
        """`${self.dir}`."""
        return f"{self.volume}/{_SELF}"

    @property
    def name(self) -> str:
        """The container's name, and its volume's."""
        return self.names.replica(self.workload.name, self.location.replica)

    @property
    def theirs(self) -> bool:
        """Whether the image is the user's: its user and its files stay as the user made them."""
        return self.workload.origin is Origin.SERVICE

    @property
    def _as_them(self) -> bool:
        """Whether its user is the one of the image: that of a service, or of who stands in it."""
        return self.theirs or self.workload.commands

    @property
    def uid(self) -> int:
        """Whose the files are."""
        return self.image.uid if self._as_them else self._own_user

    @property
    def gid(self) -> int:
        """The group of the files."""
        if self.workload.reads_host and self.host.kernel:
            return 0  # it begins as root, and root without rights is in that group and no more
        return self.image.gid if self._as_them else self._own_user

    @property
    def _own_user(self) -> int:
        """Another for what is shown the machine's processes: of its own user's it sees secrets."""
        return _WATCHER if self.workload.watches_machine else NOBODY

    @property
    def _home(self) -> str:
        """The folder of the product's own files: above that of its program, which images name."""
        program = next(iter(self.image.calls.values()), "")
        return str(PurePosixPath(program).parent.parent)

    @property
    def reads(self) -> bool:
        """Whether it is shown what all containers write, or how much.

        Who sees the length of such a file is in its group: the engine's folder lets nobody else
        through.
        """
        return bool((self.workload.reads_logs or self.workload.sees_logs) and self.lines)

    @property
    def user(self) -> str:
        """As whom its process runs: who reads logs is in the group of those files as well."""
        return f"{self.uid}:{GROUP if self.reads else self.gid}"

    @property
    def argv(self) -> tuple[str, ...]:
        """The command's words, without secrets; empty: the image's own."""
        return self.words(self.workload.argv)

    def words(self, argv: tuple[str, ...]) -> tuple[str, ...]:
        """Words as the replica means them, without secrets: whoever lists processes sees them."""
        found = [self.resolved(each, secret=False) for each in argv]
        if self.workload.commands and found[:1] == ["python"]:
            return (*PYTHON, *found[1:])
        return tuple([self.image.calls.get(found[0], found[0]), *found[1:]] if found else ())

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
                        "run `seatrial up`, which makes what is missing",
                    )
                return written(path, self.secrets[rest])
            if root == "system" and rest == "dir":
                return self.image.workdir
            if root == "folder":
                # each has its own there, and sees it nowhere else
                other = rest.rpartition(".")[0]
                return f"{_APART if other in self.sharing else VOLUME}/{_SELF}"
            return self._own(rest) if root == "self" else None

        return resolve(text, lookup)

    def _own(self, attribute: str) -> str | None:
        kind, _, rest = attribute.partition(".")
        if kind == "ports" and rest in self.location.ports:
            return str(self.location.ports[rest])
        if kind == "ways" and rest in self.ways:
            return str(self.ways[rest])
        return {
            "dir": self.dir,
            "address": self.location.address,
            "replica": str(self.location.replica),
            "region": self.location.region,
            "machine": MACHINE,
            "logs": f"{self.volume}/{FOLDER}",
            "host": self.host.words if self.workload.reads_host else "",
            "groups": "",  # the engine names them by container
            "engine": self._home,
            "shared": _DIR if self.workload.shares else "",
        }.get(kind)

    def environment(self) -> dict[str, str]:
        """What is set beside the image's own variables, secrets included."""
        own = {} if self.theirs else {"HOME": self.dir, "LANG": "C.UTF-8"}
        own |= {"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        if self.workload.commands:
            own[_WITHIN] = START
        return own | {key: self.resolved(value) for key, value in self.workload.env.items()}

    def secret_variables(self) -> frozenset[str]:
        """The variables whose value must be seen nowhere."""
        return frozenset(key for key, value in self.workload.env.items() if "${secret." in value)

    def entries(self) -> tuple[Entry, ...]:
        """The volume's folders and files, relative to its top."""
        found = {each: self._folder(each) for each in (_SELF, f"{_SELF}/{_SCRATCH}", KEPT)}
        for each in self.workload.volumes:
            if each.size is None:
                self._add(f"{_SELF}/{each.path}/", found)
        for file in self.workload.files:
            made = self.entry(file.path, self.resolved(file.text, path=file.path))
            self._add(made.path, found)
            found[made.path] = made
        return tuple(found.values())

    def entry(self, path: str, text: str) -> Entry:
        """A file of the workload with this text; `path` is the workload's name for it."""
        secret = any(each.secret for each in self.workload.files if each.path == path)
        return Entry(
            path=f"{_SELF}/{path}",
            data=text.encode(),
            mode=0o600 if secret else 0o640,
            uid=self.uid,
            gid=self.gid,
        )

    def added(self, path: str, text: str) -> tuple[Entry, ...]:
        """A file that the workload does not name, and the folders on the way to it."""
        made = self.entry(path, text)
        found: dict[str, Entry] = {}
        self._add(made.path, found)
        return (*found.values(), made)

    def _folder(self, path: str) -> Entry:
        return Entry(path=path, data=None, mode=0o750, uid=self.uid, gid=self.gid)

    def _add(self, path: str, found: dict[str, Entry]) -> None:
        """The folders on the way to a path."""
        parts = path.split("/")[:-1]
        for number in range(1, len(parts) + 1):
            way = "/".join(parts[:number])
            found.setdefault(way, self._folder(way))

    def files(self) -> dict[str, str]:
        """A digest of each file."""
        return {
            each.path: _digest(self.resolved(each.text, path=each.path))
            for each in self.workload.files
        }

    def spec(self, service: Mapping[str, Any]) -> str:
        """A digest of all that only a new container can change; `service` is its compose form."""
        known = [service, self.image.id, self.environment(), self.workload.prepare]
        return _digest(json.dumps(known, sort_keys=True))


def own_volume(container: Mapping[str, Any]) -> str:
    """Where a container's own volume is: it is called as the container is."""
    name = container["Name"].lstrip("/")
    found = (each["Destination"] for each in container["Mounts"] if each.get("Name") == name)
    return next(found, VOLUME)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
