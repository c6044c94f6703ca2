"""What each product's expectations of a restore have in common."""

from collections.abc import Mapping

from seatrial.capabilities.backup.place import scenario_of
from seatrial.capabilities.backup.watching import watch
from seatrial.contract.scenario import Control, Expectation, Judge, settled

DUG = "what was laid down before the first backup was deleted from the server"
# By the kind: the items that it is of, and what of the file it rests on beside the store.
_WITHIN_RPO = (("R20.1", "S5"), ("targets.rpo",))
_KINDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "exact": (("R20.1", "S5"), ("targets.rto",)),
    "archived": _WITHIN_RPO,
    "taken": _WITHIN_RPO,
    "whole": (("R20.4",), ()),
}
_ELSEWHERE = ("R20.3",)
_OF_FILES = {"R20.1": "R20.2"}  # they are no database


def expected(
    store: str,
    kind: str,
    *,
    engines: tuple[str, ...],
    summary: str,
    judge: Judge,
    control: Control,
    region: str = "",
    kept: str = "stores",
) -> Expectation:
    """One of a kind, in the drill that restores it, from home or from another region.

    It is under the key `kept` of the file: a store, or a service that keeps files.
    """
    requirements, depends = _KINDS[kind]
    requirements = _ELSEWHERE if region else requirements
    if kept == "services":
        requirements = tuple(_OF_FILES.get(each, each) for each in requirements)
    scenario = scenario_of(store, region)
    return Expectation(
        name=f"{kind}/{scenario}",
        scenario=scenario,
        requirements=(*requirements, "T6"),  # whatever restores is a test of recovery
        summary=summary,
        watches=(watch(store, region),),
        judge=judge,
        control=control,
        ripe=settled(judge),
        depends=(f"{kept}.{store}", *depends),
        engines=engines,
    )
