"""`scripts/podman.sh COMMAND [ARGUMENT...]`: from outside of the namespaces."""

import fcntl
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scripts.docker import programs as docker
from scripts.docker import unpack
from scripts.podman import programs

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.local.install import open_cache

_GROUPS = Path("/sys/fs/cgroup")
_GROUP = "libpod_parent"
# what is Podman's own: each is another, empty one while it runs
HIDDEN = (Path("/etc/containers"), Path("/var/lib/containers"))


def main() -> int:
    """Run the command; its exit code."""
    if len(sys.argv) < 2:  # noqa: PLR2004 - the program's own name
        sys.stderr.write("scripts/podman.sh COMMAND [ARGUMENT...]\n")
        return 2
    # so that what was made here goes, too
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        return _run(sys.argv[1:])
    except RuntimeFailure as failed:
        programs.say(f"{failed.summary}; {failed.cure}")
        return 3


def _run(command: list[str]) -> int:
    if os.geteuid() != 0:
        raise RuntimeFailure("a private Podman needs root", "run it as root")
    cache = open_cache()
    podman = unpack.install(programs.PRODUCT, cache, programs.say)
    client = docker.install(cache, programs.say)  # its command line and compose, no engine
    root = cache.root / "podman"
    with _alone(root), _groups(), _places(), tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        plugins = Path(folder, "client/cli-plugins")
        plugins.mkdir(parents=True)
        (plugins / "docker-compose").symlink_to(client["docker-compose"])
        (Path(folder) / "scratch").mkdir(mode=0o755)
        done = subprocess.run(
            [
                *("unshare", "--mount", "--propagation", "private", "--net", "--uts", "--ipc"),
                *("--pid", "--fork", "--kill-child", "--mount-proc"),
                # reaps whatever Podman leaves to the first process
                *(str(podman["docker-init"]), "--"),
                *(sys.executable, "-m", "scripts.podman.inside", str(root), *command),
            ],
            env={
                **os.environ,
                "DOCKER_CONFIG": f"{folder}/client",
                "PATH": f"{client.folder}:{os.environ.get('PATH', '')}",
                # tests share things below it with others that see another engine
                "TMPDIR": f"{folder}/scratch",
            },
            check=False,
        )
    return done.returncode if done.returncode >= 0 else 128 - done.returncode


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """One at a time: they share their images."""
    root.mkdir(parents=True, exist_ok=True)
    with root.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _places() -> Iterator[None]:
    """There is something to mount over; it goes where it was not there."""
    made = [each for each in HIDDEN if not each.exists()]
    for each in made:
        each.mkdir(mode=0o700)
    try:
        yield
    finally:
        for each in made:
            with suppress(OSError):
                each.rmdir()


@contextmanager
def _groups() -> Iterator[None]:
    """Control groups outlive their processes: those that were not there before are removed."""
    before = set(_found())
    try:
        yield
    finally:
        for each in sorted(set(_found()) - before, reverse=True):
            with suppress(OSError):
                each.rmdir()


def _found() -> Iterator[Path]:
    for top in (_GROUPS / _GROUP, *_GROUPS.glob(f"*/{_GROUP}")):
        if top.is_dir():
            yield top
            yield from (each for each in top.rglob("*") if each.is_dir())


if __name__ == "__main__":
    sys.exit(main())
