"""Random ids of traces and spans; a process that was forked draws others than its parent."""

import os
from random import Random

# Ours alone: a program that seeds the module's generator must not repeat its trace ids. Not a
# secret, so that no call of the kernel is spent on each.
_random = Random(os.urandom(16))  # noqa: S311 - ids, not keys
_bits = _random.getrandbits

os.register_at_fork(after_in_child=lambda: _random.seed(os.urandom(16)))


def trace_id() -> str:
    """32 hex digits, never all zero."""
    return f"{_bits(128) or 1:032x}"


def span_id() -> str:
    """16 hex digits, never all zero."""
    return f"{_bits(64) or 1:016x}"
