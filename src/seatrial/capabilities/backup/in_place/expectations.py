"""What is expected of a copy that takes its store's place, and with which defect it is red."""

from seatrial.capabilities.backup import products
from seatrial.capabilities.backup.in_place import judges
from seatrial.capabilities.backup.in_place.procedures import (
    ASIDE,
    RESTORED,
    TAKE,
    replace,
    scenario_of,
    take_back,
)
from seatrial.capabilities.backup.in_place.scenarios import stores, watch
from seatrial.capabilities.backup.place import named
from seatrial.capabilities.backup.procedures import COPY
from seatrial.contract.action import Misprint
from seatrial.contract.capability import Context
from seatrial.contract.procedure import Procedure
from seatrial.contract.scenario import Control, Expectation, Judge, Scenario, settled
from seatrial.system.model import System

_REQUIREMENTS = ("R20.1", "S5", "T3", "T6")


def expectations(context: Context, scenarios: tuple[Scenario, ...]) -> tuple[Expectation, ...]:
    """Those of each store whose place a copy takes."""
    names = {each.name for each in scenarios}
    found = (each for each in stores(context) if scenario_of(each) in names)
    return tuple(one for each in found for one in _of(context, each))


def _of(context: Context, store: str) -> tuple[Expectation, ...]:
    system = context.system
    there, back = replace(system, store), take_back(system, store)
    rto = system.targets.rto.seconds
    return (
        _expectation(
            system,
            there,
            f"{store} itself is as it was at a moment, by the page {there.name}: nothing less,"
            " nothing more, and it takes writes again",
            judges.replaced(store, rto, there.name, back.name),
            Control(
                defect="the page removes the copy that should take the place",
                actions=(
                    _misprint(
                        there,
                        store,
                        f"{TAKE} {_written(COPY.mark)} --aside {_written(ASIDE.mark)}"
                        f" --confirm {store}",
                        f"--remove {_written(COPY.mark)}",
                    ),
                ),
            ),
        ),
        _expectation(
            system,
            back,
            f"What {store} had before a restore in its place takes it again, by the page"
            f" {back.name}, and all of it is there",
            judges.returned(store, rto, there.name, back.name),
            Control(
                defect="the page names a copy that is none",
                actions=(
                    _misprint(
                        back,
                        store,
                        f"{TAKE} {_written(ASIDE.mark)}",
                        f"{TAKE} {_written(RESTORED.mark)}",
                    ),
                ),
            ),
        ),
    )


def _expectation(
    system: System, procedure: Procedure, summary: str, judge: Judge, control: Control
) -> Expectation:
    store = procedure.subject
    return Expectation(
        name=procedure.expectation,
        scenario=scenario_of(store),
        requirements=_REQUIREMENTS,
        summary=summary,
        watches=(watch(store),),
        judge=judge,
        control=control,
        ripe=settled(judge),
        depends=procedure.depends,
        engines=products.of(system, store).tools,
    )


def _misprint(procedure: Procedure, store: str, old: str, new: str) -> Misprint:
    return Misprint(workload=named(store), page=procedure.name, old=old, new=new)


def _written(mark: str) -> str:
    """As it stands on a page: within quotes, which a shell wants."""
    return f"'{mark}'"
