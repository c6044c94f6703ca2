"""Starts Podman's service and the command, inside namespaces that were just made."""

import os
import subprocess
import sys
import time
from pathlib import Path

from scripts.docker import bridge, unpack
from scripts.podman import programs, settings
from scripts.podman.__main__ import HIDDEN

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.client import open_client
from seatrial.runtimes.local.install import open_cache

_READY_S = 60.0
_PAUSE_S = 0.1
_FORWARD = Path("/proc/sys/net/ipv4/ip_forward")
_LEFT = (("rm", "--all", "--force"), ("volume", "prune", "--force"))
_HOST = f"unix://{settings.SOCKET}"


def main(root: Path, command: list[str]) -> int:
    """Run the command while Podman answers; its exit code."""
    podman = unpack.found(programs.PRODUCT, open_cache())
    if podman is None:
        raise RuntimeFailure("Podman is not unpacked", "run scripts/podman.sh")
    env = podman.environment()
    data = root / "data"
    for folder in (*HIDDEN, Path("/run")):
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(folder)], check=True)
    for name, text in settings.files(data, podman.installed.programs, env).items():
        (HIDDEN[0] / name).write_text(text, encoding="utf-8")
    # nobody can be asked for a name: a lookup that waits for an answer is given up at once
    Path("/run/resolv.conf").write_text("options timeout:1 attempts:1\n", encoding="ascii")
    subprocess.run(["mount", "--bind", "/run/resolv.conf", "/etc/resolv.conf"], check=True)
    bridge.up("lo")
    _FORWARD.write_text("1", encoding="ascii")
    Path(settings.SOCKET).parent.mkdir()
    os.environ["DOCKER_HOST"] = _HOST
    with (root / "podman.log").open("wb") as log:
        for words in _LEFT:  # of one that was killed
            subprocess.run([podman["podman"], *words], env=env, check=True, stdout=log, stderr=log)
        service = subprocess.Popen(
            [podman["podman"], "system", "service", "--time", "0", _HOST],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        _answers(service, root / "podman.log")
        return subprocess.run(command, check=False).returncode


def _answers(service: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + _READY_S
    while service.poll() is None and time.monotonic() < end:
        if Path(settings.SOCKET).exists():
            client = open_client()
            programs.say(f"{client.title} {client.version} answers")
            client.close()
            return
        time.sleep(_PAUSE_S)
    raise RuntimeFailure("Podman does not start", f"see {log}")


if __name__ == "__main__":
    try:
        sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
    except RuntimeFailure as failed:
        programs.say(f"{failed.summary}; {failed.cure}")
        sys.exit(3)
