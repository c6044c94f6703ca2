"""What this machine lacks for journeys that a browser walks."""

import importlib.util

from seatrial.runtimes.shared import browser
from seatrial.runtimes.shared.finding import Finding

PACKAGE = "playwright"  # of the extra `browser`: it drives a browser that is there


def lacking() -> tuple[str, str]:
    """What is lacking as a clause, and the cure; two empty texts where nothing is."""
    if importlib.util.find_spec(PACKAGE) is None:
        return f"the package {PACKAGE} is not installed", "run `pip install 'seatrial[browser]'`"
    if browser.found() is None:
        return "no Chromium is on PATH", "install it; on Debian: `apt-get install chromium`"
    return "", ""


def finding() -> Finding:
    """The line of `seatrial doctor`."""
    lacks, cure = lacking()
    return Finding(
        topic="browser",
        ok=not lacks,
        found=lacks or f"{browser.found()}, driven by {PACKAGE}",
        cure=f"{cure}; only journeys that a browser walks need it" if lacks else "",
        needed=False,
    )
