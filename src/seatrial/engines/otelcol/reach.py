"""On which runtimes the collector reads what workloads write, and as whose it is stored."""

HOST = "host"  # the service as whose lines those of the machine are stored
HOST_LOG = "host-log"  # the workload that hands them on
_UNREAD = frozenset({"kubernetes"})


def read(runtime: str) -> bool:
    """Whether it does: pods write where it cannot yet look."""
    return runtime not in _UNREAD


def stored_as(workload: str) -> str:
    """The service as whose a workload's lines are stored."""
    return HOST if workload == HOST_LOG else workload
