"""What everything of one system is called on the engine, and the labels by which it is found."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from seatrial.runtimes.shared.state import State, digest_of

SYSTEM = "seatrial.system"
FOLDER = "seatrial.folder"
WORKLOAD = "seatrial.workload"
REPLICA = "seatrial.replica"
DIGEST = "seatrial.digest"
DURABLE = "seatrial.durable"
IMAGE = "seatrial.image"
JOINED = "seatrial.networks"
ALIAS = "seatrial.alias"
STATE = "-compose"  # what the folder of its state ends in


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names of one system in one folder; two checkouts of it do not meet.

    `beside`: its containers join the networks of another project.
    """

    system: str
    folder: Path
    beside: bool = False

    @property
    def project(self) -> str:
        """The compose project."""
        return f"{self.system}-{digest_of(self.folder)}"

    @property
    def network(self) -> str:
        """The system's own network.

        Of a container's networks the engine takes the first by name to reach its published ports,
        and our engines listen on our own network alone: it must come before others'.
        """
        return f"0-{self.project}" if self.beside else self.project

    def replica(self, workload: str, replica: int) -> str:
        """A replica's container, and its volume."""
        return f"{self.project}-{workload}.{replica}"

    def alias(self, workload: str) -> str:
        """What containers of others call a workload that they reach: the same in every checkout."""
        return f"{self.system}-{workload}"

    def sized(self, workload: str, replica: int, volume: str) -> str:
        """A volume of limited size."""
        return f"{self.replica(workload, replica)}.{volume}"

    @property
    def state(self) -> State:
        """Where this machine keeps what it must know of the system."""
        return State.of(self.system, self.folder, STATE)

    @property
    def labels(self) -> Mapping[str, str]:
        """On all that is ours."""
        return {SYSTEM: self.system, FOLDER: str(self.folder)}
