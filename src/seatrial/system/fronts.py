"""Behind which services a front stands: one address of all the regions in which they are run."""

from seatrial.system.model import System
from seatrial.system.regions import of


def fronted(system: System, service: str) -> bool:
    """Whether the file asks for one."""
    return "front" in system.services[service].model_fields_set


def front(system: System, service: str, run: tuple[str, ...]) -> str:
    """The workload that leads users to a service in one of its regions that are `run`.

    Empty where none is asked for, or there is one region to lead to.
    """
    several = len(of(system.services[service], run)) > 1
    return f"{service}-front" if several and fronted(system, service) else ""
