"""What a forked child must make anew, and what is to be done before it ends.

A child that multiprocessing forked ends by os._exit: atexit, on which any other process relies,
does not run in it. multiprocessing has a list of its own for that end.
"""

import os
import sys
import weakref
from collections.abc import Callable
from typing import Any

_Owners = weakref.WeakKeyDictionary[Any, Callable[[Any], object]]

_LAST = -100  # multiprocessing's own come before, a queue's thread and children that are waited for

_renewals: _Owners = weakref.WeakKeyDictionary()
_farewells: _Owners = weakref.WeakKeyDictionary()


def in_child(owner: Any, renew: Callable[[Any], object]) -> None:
    """Call `renew(owner)` in each child that is forked, while there is the owner."""
    _renewals[owner] = renew


def at_end(owner: Any, part: Callable[[Any], object]) -> None:
    """Call `part(owner)` at the end of a process that is multiprocessing's: this one, or a child.

    It may be called twice. What is no child of multiprocessing has atexit.
    """
    _farewells[owner] = part
    _enlist()


def _enlist(_: object = None) -> None:
    process = sys.modules.get("multiprocessing.process")  # nobody's child imports it by itself
    if process is not None and process.parent_process() is not None:
        sys.modules["multiprocessing.util"].Finalize(None, _part, exitpriority=_LAST)


def _part() -> None:
    for owner, part in list(_farewells.items()):
        part(owner)


def _renew() -> None:
    util = sys.modules.get("multiprocessing.util")
    if util is not None:  # which first empties its list, and then calls what asked for it
        util.register_after_fork(_part, _enlist)
    for owner, renew in list(_renewals.items()):
        renew(owner)


os.register_at_fork(after_in_child=_renew)
