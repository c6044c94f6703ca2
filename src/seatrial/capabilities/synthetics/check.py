"""What is wrong in the section `synthetics`."""

from seatrial.contract.capability import Intent
from seatrial.system.problem import Problem
from seatrial.system.suggest import Suggester


def check(intent: Intent) -> tuple[Problem, ...]:
    """Maintenance of journeys that the file does not have."""
    system = intent.system
    return tuple(
        Problem(
            "ST6101",
            system.place("synthetics", "maintenance", name, "journeys", number),
            f"the maintenance {name} concerns the journey {journey}, which is not there",
            Suggester().cure(journey, system.journeys, "name one of the journeys, or delete it"),
        )
        for name, each in intent.settings.maintenance.items()
        for number, journey in enumerate(each.journeys)
        if journey not in system.journeys
    )
