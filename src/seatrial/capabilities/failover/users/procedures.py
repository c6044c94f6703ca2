"""What a person types to lead users away from a region by plan."""

from seatrial.capabilities.failover.users.place import Front
from seatrial.contract.procedure import FILE, Kind, Procedure, Step
from seatrial.system.fronts import fronted
from seatrial.system.model import System

_ORDER = ("seatrial", "traffic", "--file", FILE)


def drill(service: str) -> str:
    """The scenario in which the page is followed."""
    return f"drain-{service}"


def automatic(front: Front) -> tuple[str, ...]:
    """The command that takes every order back."""
    return (*_ORDER, front.service, "--auto", "--yes")


def users(system: System, *, moved_to: str) -> tuple[tuple[str, str], ...]:
    """What a page that moves a store says of users; nothing where no front leads them."""
    names = " and ".join(each for each in system.services if fronted(system, each))
    if not names:
        return ()
    told = (
        f"of {names} are where it is ready, whatever the store does: home first, else elsewhere;"
        f" `{_typed()}` shows where, `{_typed('--to', moved_to, '--yes')}` leads them to the store"
        f" by plan, `{_typed('--auto', '--yes')}` lets them go"
    )
    return (("Users", told),)


def _typed(*words: str) -> str:
    """A command that stands in a sentence."""
    return " ".join((*_ORDER, *words))


def lead(system: System, front: Front) -> Procedure:
    """Before work on the home region, or because it answers and is ill."""
    home, others = front.home, " or ".join(list(front.workloads)[1:])
    drain = (*_ORDER, front.service, "--drain", home)
    return Procedure(
        name=f"lead-{front.service}",
        kind=Kind.RECOVERY,
        subject=front.name,  # nothing is brought back by it
        owner=system.services[front.service].owner,
        purpose=f"Users of {front.service} are led from {home} to {others}, and none notices",
        facts=(
            ("When a region is lost", "nobody types anything: its ready pages are asked"),
            ("Stores", "stay where they are: they are moved by pages of their own"),
            ("Back", f"`{_typed(front.service, '--auto', '--yes')}`"),
        ),
        blanks=(),
        steps=(
            Step(
                does="See who takes users, and that another region is ready",
                argv=(*_ORDER, front.service),
                expects=f"{home} takes users, and {others} is ready",
                shows="takes users",
            ),
            Step(
                does="See what would be done",
                argv=(*drain, "--dry-run"),
                expects="Where users are led then",
                shows=f"{home} takes none",
            ),
            Step(
                does="Do it",
                argv=(*drain, "--yes"),
                expects=f"Nothing is under way in {home} any more",
                shows=f"nothing is under way in {home}",
            ),
        ),
        lacks="Connections that are never quiet (WebSockets, TLS) stay until they end.",
        depends=(f"services.{front.service}", "regions"),
        expectation=f"drained/{drill(front.service)}",
    )
