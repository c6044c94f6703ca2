"""Faults behind the journal: the undo is on disk before anything acts, whatever happens then."""

import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatrial.contract.action import Action, describe
from seatrial.contract.runtime import Injected, Progress, RuntimeFailure, StillInjected
from seatrial.runtimes.shared.journal import Journal

Undo = Mapping[str, Any]
_UNSURE = "unsure"
SEEN = "seen"  # of an act's answer: observations, which are told and not journalled


def lasting(undo: Undo) -> bool:
    """Whether a fault outlives the processes: what a request made may be on a durable volume.

    So may what a command made, or a page that was followed. Every other fault is of a process, of
    an edge, or of what `up` writes anew.
    """
    return undo["kind"] in {"request", "command", "follow"} and bool(undo.get("undo"))


def unsure(undo: Undo) -> bool:
    """Whether nobody knows if the fault's act has ended: who began it was broken off.

    What it had asked somebody else to do may still be on its way.
    """
    return bool(undo.get(_UNSURE))


def everything(_undo: Undo) -> bool:
    """Choose every fault."""
    return True


def told_undo(sentences: Iterable[str], progress: Callable[[Progress], None]) -> None:
    """Say what became of faults that were in place."""
    for each in sentences:
        progress(Progress(subject="undo", phase="undone", done=True, detail=each))


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """How a runtime carries faults out on what runs now.

    `choose` finds the replica that is meant where only a running one can tell. `plan` gives the
    undo as data and changes nothing, `act` gives it completed by what was learned, `undo` is
    harmless when repeated. All raise RuntimeFailure. `gone`: of what the fault was done to nothing
    runs any more.
    """

    plan: Callable[[Action], Undo]
    act: Callable[[Action, Undo], Undo]
    undo: Callable[[Undo], None]
    gone: Callable[[Undo], bool] = lambda _undo: False
    choose: Callable[[Action], Action] = lambda action: action


class Faults:
    """The faults of one system, by its journal."""

    def __init__(self, path: Path) -> None:
        """`path` is the journal's; nothing is read yet."""
        self.journal = Journal(path)
        self._planning = threading.Lock()
        self._acted: set[str] = set()  # by this very object, to its end

    def inject(self, action: Action, carrier: Carrier) -> Injected:
        """Journal the undo, then act; what was done of an act that fails halfway is undone.

        Raises RuntimeFailure; StillInjected where that undo fails, too.
        """
        identity = uuid.uuid4().hex[:12]
        action = carrier.choose(action)
        with self._planning:
            undo = carrier.plan(action)
            self.journal.open(identity, describe(action), undo)
        try:
            learned = dict(carrier.act(action, undo))
            seen = learned.pop(SEEN, ())
            if learned != undo:
                self.journal.open(identity, describe(action), learned)
            self._acted.add(identity)
        except BaseException as error:
            # also Ctrl-C: nobody would know of this fault but the journal
            try:
                self.undo(identity, carrier)
            except RuntimeFailure as left:  # then it stays journalled, for `seatrial undo`
                if isinstance(error, RuntimeFailure):
                    raise StillInjected(error, identity) from left
            raise
        return Injected(id=identity, action=action, at=time.time(), seen=seen)

    def undo(self, injected: str, carrier: Carrier) -> None:
        """Undo one fault; a fault that is not in place is no error."""
        entry = self.journal.find(injected)
        if entry is not None:
            carrier.undo(self._told(injected, entry))
            self.journal.close(injected)

    def _told(self, identity: str, entry: Undo) -> Undo:
        return entry if identity in self._acted else {**entry, _UNSURE: True}

    def undo_all(
        self, carrier: Carrier | None, only: Callable[[Undo], bool] = everything
    ) -> tuple[str, ...]:
        """Undo whatever the journal still holds, the newest first; None: nothing runs any more.

        `only` chooses by the undo. What lasts stays journalled while nothing runs. Raises the first
        RuntimeFailure, after all others were undone.
        """
        found: list[str] = []
        failed: list[RuntimeFailure] = []
        for identity, what, entry in self.journal.pending():
            if not only(entry):
                continue
            if carrier is None or carrier.gone(entry):
                if lasting(entry):
                    found.append(f"{what}: what it made may be on disk; the next `up` undoes it")
                    continue
                found.append(f"{what}: nothing runs any more, so nothing is left of it")
            else:
                try:
                    carrier.undo(self._told(identity, entry))
                except RuntimeFailure as failure:  # the others must not stay for it
                    failed.append(failure)
                    continue
                found.append(f"{what}: undone")
            self.journal.close(identity)
        if failed:
            raise failed[0]
        return tuple(found)

    def begun(
        self, workload: str, carrier: Callable[[], Carrier], progress: Callable[[Progress], None]
    ) -> None:
        """Take back what commands have left in a workload that runs now.

        It may be what keeps it from being ready. What cannot be done before it is, is done then.
        """
        for identity, what, entry in self.journal.pending():
            if entry["kind"] == "command" and entry["workload"] == workload and lasting(entry):
                with suppress(RuntimeFailure):
                    carrier().undo(self._told(identity, entry))
                    self.journal.close(identity)
                    told_undo((f"{what}: undone",), progress)

    def before_down(self, carrier: Callable[[], Carrier | None]) -> tuple[str, ...]:
        """Undo what would outlive `down`, while there is somebody to ask; a sentence for each.

        What nobody answers for stays journalled, for the next `up`: it is no reason not to go
        down. Everything else ends with the processes. `carrier` is asked only if there is need.
        """
        before = self._lasting()
        if not before:
            return ()
        with suppress(RuntimeFailure, ValueError):  # no answer, or none that can be read
            self.undo_all(carrier(), lasting)
        left = self._lasting()
        return tuple(
            f"{what}: " + ("nobody answers; the next `up` undoes it" if each in left else "undone")
            for each, what in before.items()
        )

    def kept(self) -> tuple[Path, ...]:
        """What `down` must keep beside durable data: the journal, while something of it lasts."""
        return (self.journal.path,) if self._lasting() else ()

    def _lasting(self) -> Mapping[str, str]:
        return {each: what for each, what, entry in self.journal.pending() if lasting(entry)}
