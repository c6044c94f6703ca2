"""The order of a start: whatever has all that it comes after begins together."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from seatrial.contract.runtime import RuntimeFailure

_AT_ONCE = 8


def waves(after: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Names in waves; `after` maps each to what must be there before it.

    What is not itself a key is taken to be there. Raises RuntimeFailure on a circle.
    """
    found: list[tuple[str, ...]] = []
    done: set[str] = set()
    left = dict(after)
    while left:
        wave = tuple(
            name
            for name, before in left.items()
            if all(each in done or each not in after for each in before)
        )
        if not wave:
            raise RuntimeFailure(f"these wait for each other: {', '.join(left)}")
        found.append(wave)
        done.update(wave)
        left = {name: before for name, before in left.items() if name not in done}
    return tuple(found)


def in_order(
    after: Mapping[str, tuple[str, ...]], one: Callable[[str], None], leave: threading.Event
) -> None:
    """Call `one` for every name, wave after wave, those of a wave side by side.

    On Ctrl-C `leave` is set, for those that wait; what has not begun does not begin.
    """
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        try:
            for wave in waves(after):
                for future in [pool.submit(one, name) for name in wave]:
                    future.result()
        except KeyboardInterrupt:
            leave.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
