"""From the file to everything that should exist: pure but for reading the user's files.

Same file, same placement, same engine versions: same bytes out, on any machine and hash seed.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial, reduce
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel, ValidationError

from seatrial.app import cluster, registry, schema, sealing, sources, stores, workloads
from seatrial.app.attached import as_found, attached, is_beside, seats, with_calls
from seatrial.app.loaded import loaded
from seatrial.app.play import Play
from seatrial.app.refused import Refused
from seatrial.app.taken import taken
from seatrial.app.texts import texts
from seatrial.contract.capability import Capability, Context, Dialect, Intent
from seatrial.contract.declaration import Declarations
from seatrial.contract.examination import Examination
from seatrial.contract.exercise import Exercise
from seatrial.contract.output import File, Output, Workload
from seatrial.contract.placement import Link, Placement, Seat
from seatrial.contract.scenario import Expectation, Scenario
from seatrial.engines.toxiproxy import workload as toxiproxy
from seatrial.runtimes.kubernetes import Cluster
from seatrial.system import regions
from seatrial.system.fault import KIND
from seatrial.system.model import System
from seatrial.system.problem import Problem, Severity
from seatrial.system.translate import misset

__all__ = ["Places", "Plan", "Refused", "plan", "read"]
_REHEARSAL = "rehearsal"


class Places(Protocol):
    """What planning needs of a runtime: where things go. Pure."""

    def place(self, seats: tuple[Seat, ...], links: tuple[Link, ...]) -> Placement:
        """A place for each seat, and an edge for each link."""
        ...


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that follows from the file in one environment.

    `folder` is the file's, absolute; `described` are the file itself and what it includes.
    `rendered` are those of the `problems` that only what is rendered shows: `check` tells the rest.
    `objects` are all that a cluster is given, the workloads included; elsewhere there are none.
    `brought` are those of the `secrets` that are somebody else's, so that none is made up.
    """

    system: System
    folder: Path
    described: tuple[Path, ...]
    environment: str
    rehearsal: bool
    problems: tuple[Problem, ...]
    rendered: tuple[Problem, ...]
    placement: Placement
    declarations: Declarations
    workloads: tuple[Workload, ...]
    documents: tuple[File, ...]
    objects: tuple[File, ...]
    contexts: Mapping[str, Context]
    secrets: tuple[str, ...]
    brought: frozenset[str]

    @property
    def checked(self) -> tuple[Problem, ...]:
        """Those of the problems that `check` tells."""
        return self.problems[: len(self.problems) - len(self.rendered)]

    def scenarios(self) -> tuple[Scenario, ...]:
        """Every scenario of every capability, in the capabilities' order."""
        return tuple(
            each
            for capability in registry.capabilities()
            for each in capability.scenarios(self.contexts[capability.name])
        )

    def examinations(self) -> tuple[Examination, ...]:
        """Every test of what is rendered, in the capabilities' order."""
        return tuple(
            each
            for capability in registry.capabilities()
            for each in capability.examinations(self.contexts[capability.name])
        )

    def exercises(self) -> tuple[Exercise, ...]:
        """What people do together, in the capabilities' order."""
        return tuple(
            each
            for capability in registry.capabilities()
            for each in capability.exercises(self.contexts[capability.name])
        )

    def expectations(self, scenarios: tuple[Scenario, ...]) -> tuple[Expectation, ...]:
        """Every expectation that a capability attaches to these scenarios, with all in play."""
        by_name = {each.name: each for each in scenarios}
        play = Play(system=self.system, workloads=self.workloads, targets=self.declarations.targets)
        return tuple(
            play.completed(each, by_name[each.scenario])
            for capability in registry.capabilities()
            for each in capability.expectations(self.contexts[capability.name], scenarios)
        )


Texts = Mapping[str, Mapping[str, str]]  # by capability: the user's files that its section names


def read(
    path: Path, today: dt.date | None = None
) -> tuple[System, tuple[Problem, ...], Mapping[str, Any], Texts]:
    """The system of a file, its warnings, each capability's settings and the files they name.

    What an exception of the file excepts is warned of once it has ended before `today`, by default
    the day in UTC: no day that passes may take from anybody the commands of a night. Raises Refused
    with all problems when the file or a capability's section is wrong.
    """
    day = today or dt.datetime.now(dt.UTC).date()
    found = loaded(path, day)
    problems = list(found.problems)
    settings: dict[str, Any] = {}
    named: dict[str, Mapping[str, str]] = {}
    system = found.system
    if system is None:
        raise Refused(tuple(problems))
    problems += sources.check(path.parent, system)
    problems += stores.check(system, _REHEARSAL, beside=is_beside(system, _REHEARSAL))
    for capability in registry.capabilities():
        parsed, wrong = _settings(capability, system)
        problems += wrong
        settings[capability.name] = parsed
        named[capability.name], unread = texts(capability, parsed, path.parent, system)
        problems += unread
    if not any(each.severity is Severity.ERROR for each in problems):
        beside = is_beside(system, _REHEARSAL)
        intents = {
            name: Intent(system=system, settings=each, beside=beside, texts=named[name])
            for name, each in settings.items()
        }
        for capability in registry.capabilities():
            problems += capability.check(intents[capability.name])
        problems += _no_longer_excepted(intents, problems, day)
        sound = not any(each.severity is Severity.ERROR for each in problems)
        problems += taken(system, intents.items(), sound=sound)
    if any(each.severity is Severity.ERROR for each in problems):
        raise Refused(tuple(problems))
    return system, tuple(problems), settings, named


def _no_longer_excepted(
    intents: Mapping[str, Intent], known: Iterable[Problem], day: dt.date
) -> Iterator[Problem]:
    """What is wrong once exceptions that ended before that day are left out, as warnings."""
    system = next(iter(intents.values())).system
    holding = tuple(each for each in system.exceptions if each.until >= day)
    if holding == tuple(system.exceptions):
        return
    today, before = system.model_copy(update={"exceptions": holding}), {*known}
    for capability in registry.capabilities():
        for each in capability.check(replace(intents[capability.name], system=today)):
            if each not in before:
                yield replace(each, severity=Severity.WARNING)


def _settings(capability: Capability, system: System) -> tuple[BaseModel | None, list[Problem]]:
    raw = system.sections.get(capability.section) if capability.section else None
    try:
        return capability.settings.model_validate(raw or {}), []
    except ValidationError as error:
        return None, [_problem(capability.section, system, each) for each in error.errors()]


def _problem(section: str, system: System, error: Any) -> Problem:
    key = ".".join(str(each) for each in (section, *error["loc"]))
    found = misset(
        error,
        (section,),
        system.place,
        unknown=("ST1301", f"see `seatrial explain {section}` for its keys"),
        wrong=("ST1308", f"see `seatrial explain {key}`"),
    )
    told = error["type"] == KIND  # then its cure is its own
    return replace(found, cure=f"{found.cure}; see `seatrial explain {key}`") if told else found


def plan(
    path: Path,
    places: Places,
    *,
    environment: str = _REHEARSAL,
    versions: Mapping[str, str] | None = None,
) -> Plan:
    """Plan the file for an environment. Raises Refused.

    Where it is a cluster that places things, the plan is in the operator's dialect.
    """
    system, problems, settings, named = read(path)
    dialect = Dialect.OPERATOR if isinstance(places, Cluster) else Dialect.FILES
    rehearsal, beside = environment == _REHEARSAL, is_beside(system, environment)
    system = _there(system, places, environment)
    where: dict[str, Any] = {"dialect": dialect, "rehearsal": rehearsal, "beside": beside}
    intent = partial(Intent, system=system, runtime=places.place((), ()).runtime, **where)
    intents = {name: intent(settings=each, texts=named[name]) for name, each in settings.items()}
    declared = _declared(intents)
    run = intent(settings=None).regions
    theirs, links = _theirs(system, run, declared, rehearsal=rehearsal, beside=beside)
    placement = _placement(system, declared, places, theirs, links)
    contexts = {
        name: _context(each, placement, declared, versions or {}) for name, each in intents.items()
    }
    outputs = [each.render(contexts[each.name]) for each in registry.capabilities()]
    own = tuple(each for output in outputs for each in output.workloads)
    if beside:
        found = [*attached(system, placement), *with_calls(own, declared.targets, placement)]
    else:
        read_file = _reader(path.parent, system)
        found = [*workloads.workloads(system, placement, read_file, declared, run=run), *own]
        found = [*workloads.added(found, declared.additions, placement)]
    found = _carried(found, placement) if rehearsal and placement.edges else found
    secrets = tuple(sorted(_secrets(found, outputs)))
    about = {"system": system.name, "file": path.name, "runtime": placement.runtime}
    found = sealing.given(found, secrets, partial(sealing.described, path, system, named), about)
    made = _made(system, placement, tuple(found), outputs, secrets)
    return Plan(
        system=system,
        folder=path.parent.resolve(),
        described=tuple(each.resolve() for each in loaded(path).files),
        environment=environment,
        rehearsal=rehearsal,
        problems=_bearable((*problems, *made.problems)),
        rendered=made.problems,
        placement=placement,
        declarations=declared,
        workloads=tuple(found),
        documents=_documents(outputs),
        objects=made.objects,
        contexts=contexts,
        secrets=secrets,
        brought=frozenset(secrets) & _logins(system) if beside else frozenset(),
    )


def _context(
    intent: Intent, placement: Placement, declared: Declarations, versions: Mapping[str, str]
) -> Context:
    """What a capability renders from: its intent, and what all the others declare."""
    return Context(
        system=intent.system,
        settings=intent.settings,
        placement=placement,
        declarations=declared,
        versions=versions,
        texts=intent.texts,
        dialect=intent.dialect,
        rehearsal=intent.rehearsal,
        beside=intent.beside,
    )


def _there(system: System, places: Places, environment: str) -> System:
    """The system with the replicas that run already, where it does. Raises Refused."""
    beside = is_beside(system, environment)
    _bearable(stores.check(system, environment, beside=beside))
    return as_found(system, places.place(_homely(system, seats(system)), ())) if beside else system


def _logins(system: System) -> set[str]:
    """The passwords of stores that run without seatrial."""
    told = (each.monitor.password for each in system.stores.values() if each.monitor is not None)
    return {each.secret for each in told if each is not None}


def _secrets(found: Iterable[Workload], outputs: Iterable[Output]) -> set[str]:
    named = {each for one in found for each in one.secrets}
    return named | {each for one in outputs for each in one.secrets}


def _made(
    system: System,
    placement: Placement,
    running: tuple[Workload, ...],
    outputs: Iterable[Output],
    secrets: tuple[str, ...],
) -> cluster.Made:
    """What a cluster is given; elsewhere nothing. With what could not be said."""
    objects = tuple(each for output in outputs for each in output.objects)
    problems = tuple(each for output in outputs for each in output.problems)
    if not placement.namespace:
        return cluster.Made(objects=objects, problems=problems)
    made = cluster.made(system, placement.namespace, running, objects, secrets)
    return replace(made, problems=(*problems, *made.problems))


def _theirs(
    system: System, run: tuple[str, ...], declared: Declarations, *, rehearsal: bool, beside: bool
) -> tuple[tuple[Seat, ...], tuple[Link, ...]]:
    """The seats of the user's own, and the calls between them that a proxy carries."""
    if beside:
        # calls between what runs already go past no proxy of ours
        return seats(system, tuple(each.name for each in declared.variables)), ()
    fronts = declared.fronts
    links = workloads.links(system, run, fronts) if rehearsal else ()
    return workloads.seats(system, run, fronts), links


def _bearable(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Problems that do not forbid the plan. Raises Refused for others."""
    if any(each.severity is Severity.ERROR for each in problems):
        raise Refused(problems)
    return problems


def _documents(outputs: Iterable[Output]) -> tuple[File, ...]:
    return (_schema(), *(each for output in outputs for each in output.documents))


def _declared(intents: Mapping[str, Intent]) -> Declarations:
    """What all capabilities declare, joined."""
    every = (each.declare(intents[each.name]) for each in registry.capabilities())
    return reduce(Declarations.joined, every, Declarations())


def _schema() -> File:
    return File(path=schema.PATH, text=schema.text(), why="what an editor knows of seatrial.yaml")


def _placement(
    system: System,
    declared: Declarations,
    places: Places,
    theirs: tuple[Seat, ...],
    links: tuple[Link, ...],
) -> Placement:
    found = [*theirs]
    if links or declared.links:
        found.append(Seat(workload=toxiproxy.NAME, ports=toxiproxy.PORTS))
    found += declared.seats
    return places.place(_homely(system, found), tuple(dict.fromkeys((*links, *declared.links))))


def _homely(system: System, seats: Iterable[Seat]) -> tuple[Seat, ...]:
    """What names no region is in the home region."""
    home = regions.home(system)
    return tuple(each if each.region else replace(each, region=home) for each in seats)


def _carried(found: list[Workload], placement: Placement) -> list[Workload]:
    """With the proxy that carries the services' calls, and those of which each has its own."""
    own = frozenset(each.source for each in placement.edges if each.caller is not None)
    every = (*found, toxiproxy.workload(placement.edges))
    return [_behind_proxy(each, calls=each.name in own) for each in every]


def _behind_proxy(workload: Workload, *, calls: bool) -> Workload:
    """Whoever calls others starts after the proxy that carries the calls."""
    if not calls and (workload.origin != "service" or not workload.after):
        return workload
    return replace(workload, after=(*workload.after, toxiproxy.NAME))


def _reader(folder: Path, system: System) -> Callable[[str], str]:
    def read_file(name: str) -> str:
        found = sources.source(folder, system, name)
        if isinstance(found, Problem):  # it has changed since `read` looked at it
            raise Refused((found,))
        return found

    return read_file
