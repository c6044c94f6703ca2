"""Where everything of the private engine lies, and the configuration that says so."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NETWORKS = "10.213.0.0/16"  # addresses of networks that do not name their own


@dataclass(frozen=True, slots=True)
class Place:
    """The engine's folder in the cache, and the paths in it."""

    root: Path

    @property
    def key(self) -> str:
        """Six characters that no other folder of this machine has, nor one seen from a chroot."""
        status = self.root.stat()
        return hashlib.sha256(f"{status.st_dev}:{status.st_ino}".encode()).hexdigest()[:6]

    @property
    def bridge(self) -> str:
        """The network of containers that join no other."""
        return f"seatrial{self.key}"

    @property
    def group(self) -> str:
        """The cgroup below which every container is."""
        return f"seatrial-docker-{self.key}"

    @property
    def data(self) -> Path:
        """Images, containers and volumes."""
        return self.root / "data"

    @property
    def run(self) -> Path:
        """What exists only while the engine runs."""
        return self.root / "run"

    @property
    def socket(self) -> Path:
        """Where the engine answers."""
        return self.run / "docker.sock"

    @property
    def pid(self) -> Path:
        """The engine's process id."""
        return self.run / "dockerd.pid"

    @property
    def log(self) -> Path:
        """What the engine says."""
        return self.run / "dockerd.log"

    @property
    def config(self) -> Path:
        """The engine's own configuration file; its path on a command line tells our processes."""
        return self.run / "daemon.json"

    @property
    def client(self) -> Path:
        """The command line's folder: its plugins, and no logins of the user's."""
        return self.root / "client"

    @property
    def before(self) -> Path:
        """What the machine was like before the start."""
        return self.root / "before.json"

    @property
    def host(self) -> str:
        """What DOCKER_HOST must be."""
        return f"unix://{self.socket}"


def configuration(place: Place) -> dict[str, Any]:
    """The text of daemon.json, see dockerd(8): nothing shared with another engine.

    Addresses of IPv6 stay untouched: no test needs them, and each family has rules of its own.
    """
    return {
        "data-root": str(place.data),
        "exec-root": str(place.run / "exec"),
        "pidfile": str(place.pid),
        "hosts": [place.host],
        "bridge": place.bridge,
        "cgroup-parent": place.group,
        # No systemd is asked for groups: on a test machine it may not be there.
        "exec-opts": ["native.cgroupdriver=cgroupfs"],
        "default-address-pools": [{"base": NETWORKS, "size": 24}],
        "ip6tables": False,
        "log-level": "warn",
        "log-opts": {"max-size": "10m", "max-file": "2"},
    }
