"""Where backups cannot be taken as the file promises."""

from seatrial.capabilities.backup import policy
from seatrial.contract.capability import Intent
from seatrial.system.problem import Problem


def check(intent: Intent) -> tuple[Problem, ...]:
    """Whatever is wrong with what stores say of their backup."""
    return tuple(policy.problems(intent.system))
