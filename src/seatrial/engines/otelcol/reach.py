"""On which runtimes the collector reads what workloads write."""

_UNREAD = frozenset({"kubernetes"})


def read(runtime: str) -> bool:
    """Whether it does: pods write where it cannot yet look."""
    return runtime not in _UNREAD
