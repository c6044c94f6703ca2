"""Commands in containers: in one that runs, or in a short-lived one with the same volumes.

Standard input goes over the engine's own connection: no file system is shared with it.
"""

import contextlib
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from docker.types import LogConfig, Mount

from seatrial.contract.runtime import Executed
from seatrial.runtimes.compose.archive import Entry
from seatrial.runtimes.compose.client import failures
from seatrial.runtimes.compose.engine import Engine, Labels
from seatrial.runtimes.compose.stream import talk
from seatrial.runtimes.shared.limits import COMMAND_SECONDS

HELPER_MEMORY = 512 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """A short-lived container: no network, no privileges, the volumes of another where named.

    `files` lie in `folder` before it begins; then its own root file system can be written.
    `limit` is in bytes of memory. `shown` are folders and sockets of the engine's machine,
    read-only, with the place of each; `devices` in the engine's own form.
    """

    image: str
    argv: tuple[str, ...]
    user: str
    labels: Mapping[str, str]
    folder: str = "/"
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    volumes_from: str = ""
    stdin: str = ""
    files: tuple[Entry, ...] = ()
    limit: int = HELPER_MEMORY
    shown: tuple[tuple[str, str], ...] = ()
    devices: tuple[str, ...] = ()


def execute(
    engine: Engine, name: str, argv: tuple[str, ...], *, stdin: str = "", user: str = ""
) -> Executed:
    """Run a command in a container that runs, with its user, folder and environment.

    Raises RuntimeFailure for one that does not end within COMMAND_SECONDS; it goes on there.
    """
    doing = f"{argv[0]} in {name}"
    with failures(f"running {doing}"):
        made = engine.api.exec_create(name, list(argv), stdin=bool(stdin), user=user)
        opened = engine.api.exec_start(made["Id"], socket=True)
        stdout, stderr = talk(opened, stdin, doing, COMMAND_SECONDS)
        status = engine.api.exec_inspect(made["Id"])["ExitCode"]
    return Executed(status=1 if status is None else int(status), stdout=stdout, stderr=stderr)


def once(engine: Engine, wanted: Once) -> Executed:
    """Run a command in a container of its own, which is removed whatever happens.

    Raises RuntimeFailure for one that does not end within COMMAND_SECONDS.
    """
    until = time.monotonic() + COMMAND_SECONDS
    with _made(engine, wanted) as name, failures(f"running {wanted.argv[0]}"):
        opened = engine.api.attach_socket(
            name, params={"stdin": bool(wanted.stdin), "stdout": 1, "stderr": 1, "stream": 1}
        )
        engine.api.start(name)
        stdout, stderr = talk(opened, wanted.stdin, wanted.argv[0], COMMAND_SECONDS)
        # its outputs are closed; it may live on nevertheless
        left = max(1, round(until - time.monotonic()))
        status = engine.api.wait(name, timeout=left)["StatusCode"]
    return Executed(status=int(status), stdout=stdout, stderr=stderr)


@contextlib.contextmanager
def _made(engine: Engine, wanted: Once) -> Iterator[str]:
    name = f"seatrial-{uuid.uuid4().hex[:12]}"
    host = engine.api.create_host_config(
        network_mode="none",
        read_only=not wanted.files,
        cap_drop=["ALL"],
        security_opt=["no-new-privileges:true"],
        mem_limit=wanted.limit,
        pids_limit=256,
        init=True,
        tmpfs={"/tmp": "mode=1777,size=64m"},  # noqa: S108 - in the container
        volumes_from=[wanted.volumes_from] if wanted.volumes_from else None,
        # as mounts: of what is not there the other form makes a folder on the machine
        mounts=[Mount(to, here, type="bind", read_only=True) for here, to in wanted.shown],
        devices=list(wanted.devices),
        log_config=LogConfig(type=LogConfig.types.JSON),
    )
    try:
        with failures(f"making a container for {wanted.argv[0]}"):
            engine.api.create_container(
                wanted.image,
                name=name,
                entrypoint=list(wanted.argv),
                command=[],
                user=wanted.user,
                working_dir=wanted.folder,
                environment=dict(wanted.env),
                labels=dict(wanted.labels),
                stdin_open=bool(wanted.stdin),
                host_config=host,
                healthcheck={"test": ["NONE"]},
            )
        if wanted.files:
            engine.put(name, wanted.folder, wanted.files)
        yield name
    finally:
        engine.remove(name)


def end_left(engine: Engine, labels: Labels, of: str) -> None:
    """End the short-lived containers that share the volumes of container `of`; none of ours does.

    Those of a seatrial that was killed run on, and would write into what is put in order. Ended is
    not waited for: what they were to do is done anew, or undone.
    """
    for each in engine.containers(labels):
        shared = each["HostConfig"].get("VolumesFrom") or ()
        if any(name.partition(":")[0] == of for name in shared):
            engine.remove(each["Id"])


def image_file(engine: Engine, image: str, path: str, labels: Mapping[str, str]) -> str:
    """The text of a file of an image; empty where it has none. Nothing is run."""
    never = Once(image=image, argv=("never-run",), user="", labels=labels)
    with _made(engine, never) as name:
        return (engine.get(name, path) or b"").decode(errors="replace")
