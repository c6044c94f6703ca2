"""On which runtimes the collector reads what workloads write."""

_UNREAD = frozenset({"compose", "kubernetes"})


def read(runtime: str) -> bool:
    """Whether it does: containers and pods write where it cannot yet look."""
    return runtime not in _UNREAD
