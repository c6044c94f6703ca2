"""What a second `up` must do: the digests of now against those that were applied."""

from collections.abc import Mapping
from dataclasses import replace

from seatrial.contract.output import Workload
from seatrial.contract.runtime import Change, Planned

Digests = Mapping[str, str]
ABSENT = "it does not run"


def compare(
    wanted: Mapping[str, tuple[Workload, Digests]],
    applied: Mapping[str, Digests],
    running: Mapping[str, bool],
    restart: tuple[str, ...] = (),
    absent: str = ABSENT,
) -> tuple[Planned, ...]:
    """One change for each workload, with its reason. Pure.

    `running` tells of each workload whether all its replicas run, `absent` is said of one where
    they do not; those that `restart` names begin anew although nothing differs.
    """
    found = [
        _change(name, workload, digests, applied.get(name), "" if running.get(name) else absent)
        for name, (workload, digests) in wanted.items()
    ]
    found = [_forced(each) if each.workload in restart else each for each in found]
    found += [
        Planned(workload=name, change=Change.REMOVE, reason="no longer in the file")
        for name in applied
        if name not in wanted
    ]
    return tuple(found)


def _forced(planned: Planned) -> Planned:
    if planned.change not in {Change.KEEP, Change.RELOAD}:
        return planned
    return replace(planned, change=Change.RESTART, reason="asked for")


def _change(
    name: str, workload: Workload, digests: Digests, before: Digests | None, absent: str
) -> Planned:
    if before is None or absent:
        reason = "new" if before is None else absent
        return Planned(workload=name, change=Change.START, reason=reason)
    differing = sorted(key for key in {*digests, *before} if digests.get(key) != before.get(key))
    if not differing:
        return Planned(workload=name, change=Change.KEEP, reason="as it should be")
    reason = f"{', '.join(each.partition(':')[2] or each for each in differing[:3])} differs"
    specs = any(each.endswith(":spec") for each in differing)
    change = Change.RESTART if specs or not workload.reload else Change.RELOAD
    return Planned(workload=name, change=change, reason=reason)
