"""On what each workload was brought up last: digests, noted one workload after the other.

An `up` that is broken off leaves what is ready noted, so that the next one keeps it; and what it
was changing unknown, since nobody can tell any more what that runs on.
"""

import threading
from collections.abc import Iterable, Mapping

from seatrial.contract.runtime import Change, Planned
from seatrial.runtimes.shared.differences import Digests
from seatrial.runtimes.shared.state import State

NAME = "applied.json"
_UNKNOWN = {"0:spec": "unknown"}


class Recorded:
    """The record of one system; workloads of a wave are noted from several threads."""

    def __init__(self, state: State) -> None:
        """Nothing is read yet."""
        self._state = state
        self._lock = threading.Lock()

    def read(self) -> Mapping[str, Digests]:
        """The digests of each workload as it was brought up last."""
        return self._state.read(NAME) or {}

    def forget(self, changes: Iterable[Planned]) -> None:
        """Before the changes begin: of what they touch it is unknown what it runs on."""
        touched = [
            each.workload for each in changes if each.change not in {Change.KEEP, Change.REMOVE}
        ]
        self._add(dict.fromkeys(touched, _UNKNOWN))

    def ready(self, workload: str, digests: Digests) -> None:
        """It runs on these, and is ready."""
        self._add({workload: digests})

    def removed(self, workloads: Iterable[str]) -> None:
        """They do not run any more."""
        gone = set(workloads)
        with self._lock:
            left = {name: each for name, each in self.read().items() if name not in gone}
            self._state.write(NAME, left)

    def _add(self, found: Mapping[str, Digests]) -> None:
        with self._lock:
            self._state.write(NAME, {**self.read(), **found})
