"""What a forked child must make anew: locks that may be held, threads that are not there."""

import os
import weakref
from collections.abc import Callable
from typing import Any

_renewals: "weakref.WeakKeyDictionary[Any, Callable[[Any], None]]" = weakref.WeakKeyDictionary()


def in_child(owner: Any, renew: Callable[[Any], None]) -> None:
    """Call `renew(owner)` in each child that is forked, while there is the owner."""
    _renewals[owner] = renew


def _renew() -> None:
    for owner, renew in list(_renewals.items()):
        renew(owner)


os.register_at_fork(after_in_child=_renew)
