"""What an `up` that was broken off leaves known of what runs."""

from seatrial.contract.output import Origin, Workload
from seatrial.contract.runtime import Change, Planned
from seatrial.runtimes.local.home import Home
from seatrial.runtimes.local.recorded import Recorded
from seatrial.runtimes.shared.differences import compare

NAMES = ("api", "worker", "web")
NOW = {"0:spec": "new"}


def planned(name: str, change: Change) -> Planned:
    return Planned(workload=name, change=change, reason="for a test")


def next_up(home: Home) -> dict[str, Change]:
    """What a later `up` would do, where all of it runs."""
    wanted = {
        name: (Workload(name=name, origin=Origin.SERVICE, argv=(name,)), NOW) for name in NAMES
    }
    found = compare(wanted, Recorded(home).read(), dict.fromkeys(NAMES, True))
    return {each.workload: each.change for each in found}


def test_what_was_ready_before_an_up_was_broken_off_is_kept(home: Home) -> None:
    recorded = Recorded(home)
    recorded.forget(planned(name, Change.START) for name in NAMES)
    assert set(next_up(home).values()) == {Change.RESTART}  # nobody knows on what it runs
    recorded.ready("api", NOW)
    recorded.ready("web", NOW)
    assert next_up(home) == {
        "api": Change.KEEP,
        "worker": Change.RESTART,
        "web": Change.KEEP,
    }


def test_what_an_up_does_not_touch_stays_known(home: Home) -> None:
    recorded = Recorded(home)
    for name in NAMES:
        recorded.ready(name, NOW)
    recorded.forget(
        (
            planned("api", Change.RELOAD),
            planned("worker", Change.KEEP),
            planned("web", Change.REMOVE),  # known until it is gone, so that it is removed
        )
    )
    assert next_up(home) == {
        "api": Change.RESTART,
        "worker": Change.KEEP,
        "web": Change.KEEP,
    }
    recorded.removed(("web",))
    assert set(recorded.read()) == {"api", "worker"}
