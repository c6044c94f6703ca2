from collections.abc import Mapping

import pytest

from seatrial.contract.output import Origin, Workload
from seatrial.contract.runtime import Change, Planned
from seatrial.runtimes.shared.differences import compare

_BEFORE = {"0:spec": "s", "0:api.conf": "f"}


def changes(
    now: Mapping[str, str],
    before: Mapping[str, str] | None = None,
    *,
    running: bool = True,
    reload: str = "",
    restart: tuple[str, ...] = (),
) -> Planned:
    workload = Workload(name="api", origin=Origin.SERVICE, argv=("api",), reload=reload)
    applied = {} if before is None else {"api": before}
    (found,) = compare({"api": (workload, now)}, applied, {"api": running}, restart)
    return found


@pytest.mark.parametrize(
    ("now", "reload", "change", "reason"),
    [
        (_BEFORE, "", Change.KEEP, "as it should be"),
        ({**_BEFORE, "0:api.conf": "g"}, "HUP", Change.RELOAD, "api.conf differs"),
        ({**_BEFORE, "0:api.conf": "g"}, "", Change.RESTART, "api.conf differs"),
        ({**_BEFORE, "0:spec": "t"}, "HUP", Change.RESTART, "spec differs"),
        ({**_BEFORE, "1:spec": "s"}, "HUP", Change.RESTART, "spec differs"),
        ({"0:spec": "s"}, "HUP", Change.RELOAD, "api.conf differs"),
    ],
)
def test_a_change_is_the_smallest_that_does_it_and_says_why(
    now: Mapping[str, str], reload: str, change: Change, reason: str
) -> None:
    found = changes(now, _BEFORE, reload=reload)
    assert (found.change, found.reason) == (change, reason)


def test_what_is_new_or_does_not_run_is_started() -> None:
    assert changes(_BEFORE).reason == "new"
    found = changes({**_BEFORE, "0:spec": "t"}, _BEFORE, running=False)
    assert (found.change, found.reason) == (Change.START, "it does not run")


def test_what_is_asked_for_begins_anew_although_nothing_differs() -> None:
    assert changes(_BEFORE, _BEFORE, restart=("api",)).change is Change.RESTART
    assert changes(_BEFORE, _BEFORE, restart=("web",)).change is Change.KEEP
    assert changes(_BEFORE, restart=("api",)).change is Change.START


def test_what_left_the_file_is_removed() -> None:
    found = compare({}, {"gone": _BEFORE}, {})
    assert [(each.workload, each.change) for each in found] == [("gone", Change.REMOVE)]


def test_why_nothing_runs_is_said_where_it_is_known() -> None:
    wanted = {
        name: (Workload(name=name, origin=Origin.SERVICE, argv=(name,)), _BEFORE)
        for name in ("api", "worker", "new")
    }
    before = {"api": _BEFORE, "worker": _BEFORE}
    found = compare(wanted, before, {"worker": True}, absent="the process manager is gone")
    assert {each.workload: each.reason for each in found} == {
        "api": "the process manager is gone",
        "worker": "as it should be",
        "new": "new",
    }
