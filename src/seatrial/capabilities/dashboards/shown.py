"""Which panel must show which fault, and with which defect it must not.

One that nobody can miss: how many answer, whether a store does, whether a service says that it can
work.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

from seatrial.capabilities.dashboards.boards.service import ANSWER, READY, STORE_ANSWERS
from seatrial.capabilities.dashboards.judges import shows
from seatrial.contract.action import AlterFile
from seatrial.contract.board import LEAST_WINDOW, Board, Panel
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation, Judge, Scenario, Watch
from seatrial.engines.prometheus import config
from seatrial.engines.prometheus import workload as prometheus
from seatrial.system.model import System

Ask = Callable[[str, str], Watch]  # a name and an expression to what is asked again and again


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck:
    """What a scenario strikes so that a panel of its board falls below `least`."""

    subject: str
    title: str
    least: float
    depends: str


def struck(system: System, scenario: str) -> Struck | None:
    """What this scenario strikes, by its name; None where no panel is held to it. Pure."""
    kind, at, name = scenario.partition("-down-")
    if not at:
        kind, at, name = scenario.partition("-hung-")
    if kind == "service" and name in system.services:
        least = system.services[name].scale.min
        return Struck(subject=name, title=ANSWER, least=least, depends=f"services.{name}")
    if kind == "store" and name in system.stores:
        return Struck(subject=name, title=STORE_ANSWERS, least=1, depends=f"stores.{name}")
    edge = scenario.removeprefix("link-cut-")
    for each, service in system.services.items():
        if edge in {f"{each}-{need}" for need in service.needs}:
            return Struck(subject=each, title=READY, least=1, depends=f"services.{each}")
    return None


def expectation(
    context: Context, scenario: Scenario, settle: float, ask: Ask
) -> Expectation | None:
    """The panel shows the fault; None where there is no such panel.

    `settle` is how long, in seconds, a changed target takes to be asked.
    """
    one = struck(context.system, scenario.name) if scenario.injections else None
    if one is None:
        return None
    boards = (each for each in context.declarations.boards if each.subject == one.subject)
    found = next(
        ((board, panel) for board in boards for panel in board.panels if panel.title == one.title),
        None,
    )
    if found is None:
        return None
    return of_panel(
        scenario,
        *found,
        ask,
        says="shows it",
        judging=lambda subject, title: shows(subject, title, one.least),
        control=_unseen(context, one.subject, settle),
        depends=(one.depends, "monitoring"),
    )


def of_panel(
    scenario: Scenario,
    board: Board,
    panel: Panel,
    ask: Ask,
    *,
    says: str,
    judging: Callable[[str, str], Judge],
    control: Control,
    depends: tuple[str, ...],
    engines: tuple[str, ...] = ("prometheus",),
) -> Expectation:
    """What a panel must show in a scenario; `judging` makes the judge of its subject and title."""
    subject = f"{board.uid}/{panel.slug}"
    return Expectation(
        name=f"shown/{scenario.name}",
        scenario=scenario.name,
        requirements=("R02.4",),
        summary=f"the panel {panel.title} of {board.title} {says}",
        watches=(ask(subject, panel.queries[0].over(LEAST_WINDOW)),),
        judge=judging(subject, panel.title),
        ripe=None,
        control=control,
        depends=depends,
        engines=engines,
        pictures=(board.uid,),
    )


def _unseen(context: Context, name: str, settle: float) -> Control:
    """The targets carry another name: the panel asks for one that is not there."""
    texts = config.target_files(context.declarations.targets, context.placement)
    actions = []
    for job, text in texts.items():
        entries = json.loads(text)
        if not any(each["labels"]["service"] == name for each in entries):
            continue
        for each in entries:
            if each["labels"]["service"] == name:
                each["labels"]["service"] = f"{name}-renamed"
        changed = json.dumps(entries, indent=1, sort_keys=True) + "\n"
        actions.append(
            AlterFile(workload=prometheus.NAME, path=f"targets/{job}.json", text=changed)
        )
    return Control(
        defect=f"the targets of {name} carry another name", actions=tuple(actions), settle=settle
    )
