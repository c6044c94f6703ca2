"""Where a store cannot fail over as the file promises."""

from seatrial.capabilities.failover import policy
from seatrial.contract.capability import Intent
from seatrial.system.problem import Problem


def check(intent: Intent) -> tuple[Problem, ...]:
    """Whatever is wrong with what stores say of their failover."""
    return tuple(policy.problems(intent.system))
