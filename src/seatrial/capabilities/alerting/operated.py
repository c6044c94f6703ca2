"""What the operator's kinds cannot say of alerting."""

from seatrial.capabilities.alerting.settings import Settings
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
