"""Replicas that stop and go on by turns, as long as this process lives.

What keeps the beat is a thread of ours: killed with us, it leaves a replica stopped or not, which
the journalled undo mends as it mends a pause.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from seatrial.contract.action import Stutter
from seatrial.contract.runtime import RuntimeFailure

_ENDS_WITHIN = 10.0  # seconds: one stop or one start at the engine, on a machine under load
Key = tuple[str, int]  # a workload and its replica


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beat:
    ended: threading.Event
    thread: threading.Thread


class Beats:
    """The beats that this process keeps; one for a replica."""

    def __init__(self) -> None:
        """None yet."""
        self._kept: dict[Key, _Beat] = {}

    def begin(
        self, key: Key, action: Stutter, *, stop: Callable[[], None], go: Callable[[], None]
    ) -> None:
        """Stop it and let it go on until `end`; an earlier beat of the same replica ends first."""
        self.end(key)
        ended = threading.Event()

        def keep() -> None:
            # a replica that is gone has no beat any more, and its undo nothing to mend
            with suppress(RuntimeFailure):
                while not ended.is_set():
                    stop()
                    ended.wait(action.still)
                    go()
                    ended.wait(action.awake)

        thread = threading.Thread(target=keep, name=f"stutter {key[0]} {key[1]}", daemon=True)
        self._kept[key] = _Beat(ended=ended, thread=thread)
        thread.start()

    def end(self, key: Key) -> None:
        """After it nothing is stopped any more; without a beat nothing is done.

        Raises RuntimeFailure where the beat does not end.
        """
        beat = self._kept.get(key)
        if beat is None:
            return
        beat.ended.set()
        beat.thread.join(_ENDS_WITHIN)
        if beat.thread.is_alive():
            raise RuntimeFailure(f"{key[0]} is still being stopped by turns")
        del self._kept[key]
