"""What products stores may be: those that seatrial runs, and those that it asks where they run."""

from collections.abc import Mapping
from dataclasses import dataclass

from seatrial.app.workloads import KNOWN, RUN
from seatrial.system.codes import CodeDoc
from seatrial.system.model import System
from seatrial.system.problem import Problem
from seatrial.system.suggest import Suggester

CODES: Mapping[str, CodeDoc] = {
    "ST0302": CodeDoc(
        "a store of a product that seatrial does not know",
        "Nothing here can run it or ask it for its figures, so that none of its faults would be "
        "noticed.",
        "Write one of the products that the message lists, or describe it under `services` with "
        "its port, which is then asked.",
    ),
    "ST0303": CodeDoc(
        "a store that seatrial cannot run",
        "The product can be watched where it runs already, but seatrial does not run it itself.",
        "Write `beside` in the environment, with the compose file that it runs from; or describe "
        "it under `services`, with its image.",
    ),
}


@dataclass(frozen=True, slots=True)
class _Wrong:
    code: str
    summary: str
    cure: str


def check(system: System, environment: str, *, beside: bool) -> tuple[Problem, ...]:
    """A problem for each store of which nothing would come in that environment."""
    suggester = Suggester()
    found: list[Problem] = []
    for name, store in system.stores.items():
        if store.engine in (KNOWN if beside else RUN):
            continue
        wrong = (
            _not_run(name, store.engine, environment)
            if store.engine in KNOWN
            else _unknown(name, store.engine, suggester)
        )
        place = system.place("stores", name, "engine")
        found.append(Problem(wrong.code, place, wrong.summary, wrong.cure))
    return tuple(found)


def _unknown(name: str, engine: str, suggester: Suggester) -> _Wrong:
    otherwise = f"write one of {', '.join(sorted(KNOWN))}, or describe {name} under services"
    return _Wrong(
        "ST0302",
        f"{engine} is no product of which seatrial knows how to ask a store",
        suggester.cure(engine, KNOWN, otherwise),
    )


def _not_run(name: str, engine: str, environment: str) -> _Wrong:
    return _Wrong(
        "ST0303",
        f"seatrial does not run {engine}, and {name} runs nowhere else in {environment}",
        f"write environments.{environment}.beside, or describe {name} under services",
    )
