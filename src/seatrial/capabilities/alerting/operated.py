"""What the operator's kinds cannot say of alerting, and whom its production does not reach."""

from collections.abc import Iterable, Iterator

from seatrial.capabilities.alerting import routes
from seatrial.capabilities.alerting.settings import Settings
from seatrial.contract.declaration import Severity as AlertSeverity
from seatrial.engines.alertmanager.config import Receiver
from seatrial.system.model import System
from seatrial.system.problem import Problem, Severity

_UTC = frozenset({"UTC", "Etc/UTC"})


def in_utc(system: System, settings: Settings) -> tuple[Settings, tuple[Problem, ...]]:
    """The settings with the mute times that can be said, and a warning for each that cannot.

    A mute time of another zone is left out: its tickets are sent at all hours. The other way, to
    hold them back an hour early or late for half of the year, would lose some.
    """
    said = {name: each for name, each in settings.mute.items() if each.timezone in _UTC}
    problems = tuple(
        Problem(
            "ST3203",
            system.place("alerting", "mute", name, "timezone"),
            f"the mute time {name} is in {each.timezone}, and the Prometheus Operator's kinds "
            "know UTC only: it holds nothing back on Kubernetes",
            "write its times in UTC, with timezone: UTC, or leave it: these tickets are then sent",
            Severity.WARNING,
        )
        for name, each in settings.mute.items()
        if name not in said
    )
    return settings.model_copy(update={"mute": said}), problems


def unreached(system: System, receivers: Iterable[Receiver]) -> Iterator[Problem]:
    """A warning for each team whose pages reach nobody, because no channel has an address."""
    told = {each.name: each.slack or each.email or each.pagerduty for each in receivers}
    for name in routes.recipients(system):
        if not told[routes.receiver_name(name, AlertSeverity.PAGE)]:
            section = "teams" if name in system.teams else "people"
            yield Problem(
                "ST3204",
                system.place(section, name),
                f"outside a rehearsal, the pages of {name} reach nobody",
                f"give it a pager, or write alerting.slack or alerting.email for its "
                f"{'channels' if section == 'teams' else 'address'}",
                Severity.WARNING,
            )
