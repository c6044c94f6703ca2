"""Faults behind the journal: the undo is on disk before anything acts, whatever happens then."""

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatrial.contract.action import Action, describe
from seatrial.contract.runtime import Injected, RuntimeFailure
from seatrial.runtimes.shared.journal import Journal

Undo = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """How a runtime carries faults out on what runs now.

    `plan` gives the undo as data and changes nothing, `act` gives it completed by what was learned,
    `undo` is harmless when repeated. All raise RuntimeFailure.
    """

    plan: Callable[[Action], Undo]
    act: Callable[[Action, Undo], Undo]
    undo: Callable[[Undo], None]


class Faults:
    """The faults of one system, by its journal."""

    def __init__(self, path: Path) -> None:
        """`path` is the journal's; nothing is read yet."""
        self.journal = Journal(path)
        self._planning = threading.Lock()

    def inject(self, action: Action, carrier: Carrier) -> Injected:
        """Journal the undo, then act; what was done of an act that fails halfway is undone."""
        identity = uuid.uuid4().hex[:12]
        with self._planning:
            undo = carrier.plan(action)
            self.journal.open(identity, describe(action), undo)
        try:
            learned = carrier.act(action, undo)
            if learned != undo:
                self.journal.open(identity, describe(action), learned)
        except BaseException:  # also Ctrl-C: nobody would know of this fault but the journal
            with suppress(RuntimeFailure):  # then it stays journalled, for `seatrial undo`
                self.undo(identity, carrier)
            raise
        return Injected(id=identity, action=action, at=time.time())

    def undo(self, injected: str, carrier: Carrier) -> None:
        """Undo one fault; a fault that is not in place is no error."""
        entry = self.journal.find(injected)
        if entry is not None:
            carrier.undo(entry)
            self.journal.close(injected)

    def undo_all(self, carrier: Carrier | None) -> tuple[str, ...]:
        """Undo whatever the journal still holds, the newest first; None: nothing runs any more.

        Raises the first RuntimeFailure, after all others were undone.
        """
        found: list[str] = []
        failed: list[RuntimeFailure] = []
        for identity, what, entry in self.journal.pending():
            if carrier is None:
                found.append(f"{what}: nothing runs any more, so nothing is left of it")
            else:
                try:
                    carrier.undo(entry)
                except RuntimeFailure as failure:  # the others must not stay for it
                    failed.append(failure)
                    continue
                found.append(f"{what}: undone")
            self.journal.close(identity)
        if failed:
            raise failed[0]
        return tuple(found)
