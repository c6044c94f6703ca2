"""`scripts/docker.sh start | env | status | stop | clean`."""

import argparse
import fcntl
import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from scripts.docker import daemon, programs
from scripts.docker.place import Place

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.client import open_client
from seatrial.runtimes.local.install import open_cache

COMMANDS = {
    "start": "start a private engine, unless an engine answers already",
    "env": "print what a shell must export to use it: eval $(scripts/docker.sh env)",
    "status": "say which engine answers; exit code 1 when none does",
    "stop": "stop it and take away all that it added to the machine; its images stay",
    "clean": "stop it and remove its images and volumes, too; its unpacked programs stay",
}


def main() -> int:
    """Do what the command says; the exit code."""
    parser = argparse.ArgumentParser(
        prog="scripts/docker.sh",
        epilog="\n".join(f"{name:<8}{what}" for name, what in COMMANDS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS)
    command = parser.parse_args().command
    place = Place(open_cache().root / "docker")
    try:
        if command == "env":
            return _env(place)
        if command == "status":
            return _status(place)
        with _alone(place):
            return _start(place) if command == "start" else _stop(place, clean=command == "clean")
    except RuntimeFailure as failed:
        sys.stderr.write("".join(f"    {line}\n" for line in failed.logs))
        sys.stderr.write(f"docker  {failed.summary}; {failed.cure}\n")
        return 3


def _start(place: Place) -> int:
    if daemon.answers(place):
        programs.say(f"runs already at {place.host}")
        return 0
    other = _other()
    if other:
        programs.say(f"{other} answers and is used as it is; nothing is started")
        return 0
    if os.geteuid() != 0:
        raise RuntimeFailure(
            "no container engine answers, and a private one needs root",
            "start Docker or Podman, or run this as root",
        )
    unpacked = programs.install(open_cache(), programs.say)
    daemon.start(place, unpacked)
    driver = daemon.driver(place)
    programs.say(f"Docker Engine {unpacked.installed.version} answers at {place.host} ({driver})")
    if driver == "vfs":
        programs.say("no overlay file system here: each layer is a whole copy, slow and large")
    return 0


def _env(place: Place) -> int:
    unpacked = programs.found(open_cache())
    if unpacked is None or not daemon.answers(place):
        return 0 if _other() else 1
    path = f"{shlex.quote(str(unpacked.folder))}:$PATH"
    sys.stdout.write(
        f"export DOCKER_HOST={shlex.quote(place.host)}"
        f" DOCKER_CONFIG={shlex.quote(str(place.client))} PATH={path}\n"
    )
    return 0


def _status(place: Place) -> int:
    if daemon.answers(place):
        sys.stdout.write(f"private engine at {place.host}\n")
        return 0
    other = _other()
    sys.stdout.write(f"{other}\n" if other else "no engine answers\n")
    return 0 if other else 1


def _stop(place: Place, *, clean: bool) -> int:
    unpacked = programs.found(open_cache())
    if unpacked is not None:
        daemon.stop(place, unpacked)
    if clean:
        shutil.rmtree(place.root, ignore_errors=True)
    return 0


def _other() -> str:
    """The engine that the caller's environment leads to, in words; empty where none will do."""
    try:
        client = open_client()
    except RuntimeFailure:
        return ""
    try:
        return f"{client.title} {client.version} at {client.host}"
    finally:
        client.close()


@contextmanager
def _alone(place: Place) -> Iterator[None]:
    """One start or stop at a time."""
    try:
        place.root.parent.mkdir(parents=True, exist_ok=True)
        lock = place.root.with_suffix(".lock").open("a")
    except OSError as error:
        raise RuntimeFailure(str(error), "run this as root, or set SEATRIAL_CACHE") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main())
