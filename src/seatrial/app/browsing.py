"""Journeys of the file that nobody here can walk, since a browser must and something is lacking."""

from collections.abc import Callable

from seatrial.runtimes.shared.browsing import lacking
from seatrial.system.codes import CodeDoc
from seatrial.system.model import System
from seatrial.system.problem import Problem, Severity

NO_BROWSER = "ST1807"
CODES = {
    NO_BROWSER: CodeDoc(
        "a journey that nobody here can walk",
        "A browser walks it, and this machine lacks the package that drives one, or the browser "
        "itself; or its prober is a container of ours, whose image has none. Its runs are unknown: "
        "neither well nor ill, and nobody is paged for them.",
        "Install `seatrial[browser]` and Chromium where the probers run.",
    ),
}


def unwalked(
    system: System,
    *,
    contained: bool = False,
    lacks: Callable[[], tuple[str, str]] = lacking,
) -> tuple[Problem, ...]:
    """One warning for each such journey. `contained`: its prober is a container of ours."""
    journeys = [name for name, each in system.journeys.items() if each.browser]
    if not journeys:
        return ()
    what, cure = lacks()
    if contained:
        what = "the image of the probers has no browser"
        cure = "rehearse with --runtime local, or walk it from a region outside"
    if not what:
        return ()
    return tuple(
        Problem(
            NO_BROWSER,
            system.place("journeys", name, "browser"),
            f"nobody here can walk {name}, and whether it works stays unknown: {what}",
            cure,
            Severity.WARNING,
        )
        for name in journeys
    )
