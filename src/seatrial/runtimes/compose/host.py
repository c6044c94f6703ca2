"""What the engine's machine itself writes: found by a short-lived container, shown to one.

The container that looks is shown folders read-only, and only tells what there is. The one that
reads is shown `/var/log` where a syslog daemon writes there, and the file of the kernel's messages
where only that has them. That file needs root with CAP_SYSLOG to be opened: it is opened before
anything else, then all rights are given up. A journal is read by no container: its program belongs
to the machine.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.client import Client
from seatrial.runtimes.compose.commands import Once, once
from seatrial.runtimes.compose.engine import Engine
from seatrial.runtimes.compose.lines import apart
from seatrial.runtimes.shared import host
from seatrial.runtimes.shared.host import Sources
from seatrial.runtimes.shared.state import State

ROOT = "/machine"
NOTHING = Sources(journal=False, files=(), kernel=False, groups=(), takes="")
_NOTE = "host.json"
_FILES = "/var/log"
_KERNEL = f"/{host.KERNEL}"
# `/dev/log` may lead to a socket below `/run`, by a path that is the machine's
_LOOKED_AT = {_FILES: f"{ROOT}{_FILES}", "/dev": f"{ROOT}/dev", "/run": f"{ROOT}/run"}
_LEADS_TO = {"/run": "/run"}
_LOCAL = "run the system on processes of that machine: `seatrial up --runtime local`"
_LAST_LINES = 5
_SOURCE = Path(host.__file__).read_text(encoding="utf-8")
_LOOK = f"""{_SOURCE}
import dataclasses, json
print(json.dumps(dataclasses.asdict(sources(Path({ROOT!r}), privileged=True)), default=str))
"""
_WRITE = f"""{_SOURCE}
import sys
write(*sys.argv[1:])
"""
_LAUNCH = f"""
import os, sys
user, groups, *argv = sys.argv[1:]
ring = os.open({_KERNEL!r}, os.O_RDONLY | os.O_NONBLOCK)
os.set_inheritable(ring, True)
os.environ['SEATRIAL_KERNEL'] = str(ring)
os.setgroups([int(each) for each in groups.split(',') if each])
os.setgid(int(user))
os.setuid(int(user))
os.execvp(argv[0], argv)
"""


def closed(client: Client) -> str:
    """Why no container of this engine can be shown it, with the cure; or empty."""
    if client.podman:
        return f"of the machine on which Podman runs nothing is read; {_LOCAL}"
    if client.rootless:
        return f"Docker runs as an ordinary user, who may not read it; {_LOCAL}"
    title = apart(client)
    return f"{title} keep it from every container; {_LOCAL}" if title else ""


def look(engine: Engine, image: str, labels: Mapping[str, str]) -> Sources:
    """Look at the machine, in a container of an image that has Python. Raises RuntimeFailure."""
    wanted = Once(
        image=image,
        argv=("python", "-I", "-S", "-c", _LOOK),
        user="0:0",
        labels=labels,
        shown=(*_LOOKED_AT.items(), *_LEADS_TO.items()),
    )
    done = once(engine, wanted)
    if done.status:
        raise RuntimeFailure(
            "what the engine's machine writes could not be looked at",
            _LOCAL,
            tuple(done.stderr.splitlines()[-_LAST_LINES:]),
        )
    return _read(json.loads(done.stdout))


def note(engine: Engine, image: str, labels: Mapping[str, str], state: State) -> None:
    """Look, and note it for what is planned: one that cannot be looked at writes nothing for us."""
    found, reason = NOTHING, closed(engine.client)
    if not reason:
        try:
            found = look(engine, image, labels)
        except RuntimeFailure as failure:
            reason = f"{failure.summary}; {_LOCAL}"
    kept = {**asdict(found), "files": [str(each) for each in found.files]}
    state.write(_NOTE, {"sources": kept, "reason": reason})


def noted(state: State) -> Sources:
    """What was noted last; nothing where nobody has looked."""
    kept = state.read(_NOTE)
    return _read(kept["sources"]) if kept else NOTHING


def lacking(state: State) -> str:
    """Why the machine's lines cannot be proven to come in, in a sentence; or empty."""
    kept = state.read(_NOTE)
    if not kept:
        return "nobody has looked at the engine's machine; run `seatrial up`"
    return str(kept["reason"]) or host.lacking(_read(kept["sources"])).replace(f"{ROOT}/", "/")


def _read(raw: Mapping[str, Any]) -> Sources:
    files, groups = tuple(map(Path, raw["files"])), tuple(raw["groups"])
    return Sources(**{**raw, "files": files, "groups": groups})


def showing(found: Sources, argv: tuple[str, ...], uid: int) -> dict[str, Any]:
    """What the container that reads has more than others; `uid` is whose its process is. Pure."""
    shown: dict[str, Any] = {}
    if found.files:
        shown["volumes"] = [f"{_FILES}:{ROOT}{_FILES}:ro"]
    if not found.kernel:
        return shown | ({"group_add": [str(each) for each in found.groups]} if found.groups else {})
    groups = ",".join(map(str, found.groups))
    launcher = ("python", "-I", "-S", "-c", _LAUNCH, str(uid), groups)
    return shown | {
        "devices": [f"{_KERNEL}:{_KERNEL}:r"],
        "cap_add": ["SYSLOG", "SETUID", "SETGID"],
        "user": "0:0",
        "init": False,  # it would stay root, and may not signal who is not
        "entrypoint": [*launcher, *argv],
    }


def write(engine: Engine, image: str, labels: Mapping[str, str], takes: str, text: str) -> None:
    """Let the machine write a line, from a container. Raises RuntimeFailure."""
    own = takes.removeprefix(ROOT)
    ring = own == _KERNEL
    wanted = Once(
        image=image,
        argv=("python", "-I", "-S", "-c", _WRITE, own if ring else takes, text),
        user="0:0",
        labels=labels,
        shown=() if ring else ((own, takes),),
        devices=(f"{own}:{own}:w",) if ring else (),
    )
    done = once(engine, wanted)
    if done.status:
        raise RuntimeFailure(
            f"{own} of the engine's machine takes no line",
            "look whether a syslog daemon listens there",
            tuple(done.stderr.splitlines()[-_LAST_LINES:]),
        )
