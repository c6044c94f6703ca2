"""`docker compose`: makes containers and volumes of the compose file. It starts nothing."""

import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from typing import Any

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.client import Client
from seatrial.runtimes.shared.state import State, replace_text

FILE = "compose.yaml"
_SECONDS = 300
_LINES = 15
_MINIMUM = (2, 20)


def write(state: State, document: Mapping[str, Any]) -> None:
    """Keep the compose file where its owner can read it; JSON is YAML, and holds no secret.

    But labels are digests that rest on some, and a weak one could be guessed from them.
    """
    replace_text(state.path / FILE, json.dumps(document, indent=1) + "\n", mode=0o600)


def create(
    client: Client,
    state: State,
    project: str,
    services: Iterable[str],
    variables: Mapping[str, str],
) -> None:
    """Make what is missing of these services, started by nobody. Raises RuntimeFailure."""
    words = ("create", "--no-build", "--pull", "never", *sorted(services))
    done = _run(
        client, ("--project-name", project, "--file", str(state.path / FILE), *words), variables
    )
    if done.returncode:
        lines = tuple(each for each in done.stderr.splitlines() if each.strip())[-_LINES:]
        raise _refused(lines)


def check(client: Client) -> str:
    """The version of `docker compose`. Raises RuntimeFailure where it is missing or too old."""
    done = _run(client, ("version", "--short"), {})
    version = done.stdout.strip().removeprefix("v")
    if done.returncode or not version:
        raise RuntimeFailure(
            "`docker compose` is not there",
            "install Docker's plugin docker-compose-plugin",
        )
    numbers = tuple(int(each) for each in version.split(".")[:2] if each.isdigit())
    if numbers < _MINIMUM:
        raise RuntimeFailure(
            f"`docker compose` {version} is too old",
            f"install {'.'.join(map(str, _MINIMUM))} or newer",
        )
    return version


def _run(
    client: Client, words: tuple[str, ...], variables: Mapping[str, str]
) -> "subprocess.CompletedProcess[str]":
    program = shutil.which("docker")
    if program is None:
        raise RuntimeFailure(
            "the program docker is not there", "install Docker's command line with Compose 2"
        )
    try:
        return subprocess.run(
            (program, "compose", "--ansi", "never", *words),
            env={**client.environment(), **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RuntimeFailure(f"`docker compose` could not be run: {error}") from error


def _refused(lines: tuple[str, ...]) -> RuntimeFailure:
    """What compose says, as a sentence with its cure."""
    text = "\n".join(lines)
    if "is already in use by container" in text:
        return RuntimeFailure(
            "another container has a name that this system needs",
            "see `docker ps -a`, remove or rename it, then run it again",
            lines,
        )
    if "No such image" in text or "not found" in text:
        return RuntimeFailure(
            "an image is not there", "run `seatrial images pull`, or load it from a file", lines
        )
    return RuntimeFailure(
        "`docker compose` could not make the containers", "see what it says above", lines
    )
