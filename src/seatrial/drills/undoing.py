"""What a drill has injected, and what of it could not be undone.

An undo returns when what it mended is ready again. One that fails is tried again, at once and after
the system had its time to recover: a service that starts slowly is not lost. What still fails stays
in the runtime's journal, for `seatrial undo`.
"""

from contextlib import ExitStack
from dataclasses import dataclass, field

from seatrial.contract.action import Action, describe
from seatrial.contract.runtime import Runtime, RuntimeFailure, StillInjected
from seatrial.contract.timeline import Observation


@dataclass(kw_only=True)
class Undoing:
    """What was injected, as it is undone; `failed` has (what, why) by the runtime's id."""

    runtime: Runtime
    failed: dict[str, tuple[str, str]] = field(default_factory=dict)

    def plant(self, actions: tuple[Action, ...], undos: ExitStack) -> tuple[Observation, ...]:
        """Inject one after the other; `undos` undoes what is in place, the newest first.

        What the actions themselves have seen. Raises RuntimeFailure when one cannot be carried out.
        """
        seen: list[Observation] = []
        for action in actions:
            try:
                injected = self.runtime.inject(action)
            except StillInjected as failure:
                self.failed[failure.id] = (describe(action), failure.summary)
                raise
            undos.callback(self._undo, injected.id, describe(action))
            seen += injected.seen
        return tuple(seen)

    def again(self) -> None:
        """Try once more what could not be undone."""
        waiting, self.failed = self.failed, {}
        for identity, (what, _) in waiting.items():
            self._undo(identity, what)

    def stuck(self) -> str:
        """What is still injected, and why; or empty."""
        return "; ".join(f"{what}: {why}" for what, why in self.failed.values())

    def _undo(self, identity: str, what: str) -> None:
        try:
            self.runtime.undo(identity)
        except RuntimeFailure as failure:  # the others must not stay for it
            self.failed[identity] = (what, failure.summary)
