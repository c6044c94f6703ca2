"""Where the local runtime keeps the state of one system on disk."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from seatrial.runtimes.shared.state import State


@dataclass(frozen=True)
class Home(State):
    """The folder of one system's state, and the paths in it."""

    @property
    def begun(self) -> bool:
        """Whether `up` left something here that `down` has not removed yet, data aside."""
        of_the_manager = (
            self.path / "supervisord.conf",
            self.path / "supervisord.pid",
            self.socket,
        )
        return super().begun or any(each.exists() for each in of_the_manager)

    @property
    def socket(self) -> Path:
        """Supervisord's control socket: beside the folder, in which it would have too long a path.

        The kernel takes 107 bytes, and a system's name alone may have 63 of them.
        """
        short = hashlib.sha256(self.path.name.encode()).hexdigest()[:12]
        return self.path.with_name(f"{short}.sock")

    @property
    def logs(self) -> Path:
        """Everything that workloads wrote."""
        return self.path / "logs"

    @property
    def replicas(self) -> Path:
        """Everybody's own folder."""
        return self.path / "w"

    def replica(self, workload: str, replica: int) -> Path:
        """A replica's own folder: `${self.dir}`."""
        return self.replicas / workload / str(replica)

    def spec(self, workload: str, replica: int) -> Path:
        """How the launcher starts a replica; holds secrets, mode 0600."""
        return self.path / "specs" / f"{workload}.{replica}.json"

    @property
    def private(self) -> tuple[Path, ...]:
        """Folders that only the owner may enter; the launcher reads them before it drops root."""
        others = (self.path / each for each in ("specs", "prepared", "secrets"))
        return (self.logs, self.holds, *others)

    @property
    def holds(self) -> Path:
        """The folder of `held`."""
        return self.path / "held"

    def held(self, workload: str, replica: int) -> Path:
        """While this file is there, the launcher waits: the replica is held down."""
        return self.holds / f"{workload}.{replica}"

    def prepared(self, workload: str, replica: int) -> Path:
        """There once `prepare` has run for the replica's volumes."""
        return self.path / "prepared" / f"{workload}.{replica}"

    def preparing(self, workload: str, replica: int) -> Path:
        """There once `prepare` has begun; without the other it was broken off, or still runs."""
        return self.path / "prepared" / f"{workload}.{replica}.begun"

    def kept(self, name: str, replica: int) -> Path:
        """Where what was in a replica's volume is set aside; `down` keeps it beside data."""
        return self.path / "kept" / f"{name}.{replica}"
