"""Where a store cannot fail over, or users cannot be led, as the file promises."""

from seatrial.capabilities.failover import policy
from seatrial.capabilities.failover.users import policy as users
from seatrial.contract.capability import Intent
from seatrial.system.problem import Problem


def check(intent: Intent) -> tuple[Problem, ...]:
    """Whatever is wrong with what stores say of their failover, and services of their fronts."""
    return (*policy.problems(intent.system), *users.problems(intent.system))
