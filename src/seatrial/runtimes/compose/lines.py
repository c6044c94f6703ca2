"""Where the lines of containers lie, and how the one workload that reads logs is shown them.

Docker's driver `json-file` keeps a file of each container in a folder that nobody but its group
may pass through, and nobody but root may list. So the reader is an ordinary user in that group: it
reads files whose names it was told, sees no other container's, and none of the files with
variables and settings that lie beside them. It is told by links in its own volume, under the names
that lines have on every runtime.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from seatrial.runtimes.compose.archive import Entry
from seatrial.runtimes.compose.client import Client

DRIVER = "json-file"
OLDER = 3  # files that were rotated away and are kept, beside the one that is written
# as much as a local replica may be ahead: a line has here some 90 bytes more
LOGGING = {
    "driver": DRIVER,
    "options": {"max-size": "16m", "max-file": f"{OLDER + 1}", "compress": "false"},
}
SHOWN = "/containers"  # where the reader sees the engine's folder
FOLDER = "logs"  # in the reader's volume, at its top: what lies there is the runtime's
GROUP = 0  # whose the engine's folder and files are
_LOCAL = "run the system on processes (`--runtime local`) or on a Docker Engine that root runs"


def unreadable(client: Client) -> str:
    """Why the lines of this engine's containers cannot be collected, with the cure; or empty."""
    if client.podman:
        return f"Podman keeps what containers write in another form than is read here; {_LOCAL}"
    if client.rootless:
        return f"Docker runs as an ordinary user, and its files are that user's alone; {_LOCAL}"
    if title := apart(client):
        return f"{title} keep the engine's files from every container; {_LOCAL}"
    return "" if client.root else f"the engine does not say where its files are; {_LOCAL}"


def apart(client: Client) -> str:
    """What keeps the machine's files from every container that is shown them; or empty."""
    for each, title in (("userns", "user namespaces"), ("selinux", "SELinux")):
        if any(f"name={each}" in one for one in client.security):
            return title
    return ""


def folder(client: Client) -> str:
    """The folder on the engine's machine that holds a folder of each container; or empty."""
    return "" if unreadable(client) else f"{client.root}/containers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A replica whose lines are to be read: its container's id."""

    workload: str
    replica: int
    container: str


def links(written: Iterable[Written]) -> tuple[Entry, ...]:
    """What the reader's volume must hold, relative to its top; links that lead nowhere do no harm.

    A container that was made anew has another id: its link is written anew, too.
    """
    return (
        Entry(path=FOLDER, data=None, mode=0o755, uid=0, gid=0),
        *(
            Entry(path=f"{FOLDER}/{name}", data=None, mode=0o777, uid=0, gid=0, link=target)
            for each in written
            for name, target in _files(each).items()
        ),
    )


def _files(one: Written) -> Mapping[str, str]:
    """The name of each file, the newest first, and what it leads to."""
    target = f"{SHOWN}/{one.container}/{one.container}-json.log"
    name = f"{one.workload}.{one.replica}.log"
    older = {f"{name}.{each}": f"{target}.{each}" for each in range(1, OLDER + 1)}
    return {name: target, **older}
