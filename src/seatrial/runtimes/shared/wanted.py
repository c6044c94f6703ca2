"""Which image each workload needs, from values alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from seatrial.contract.engine import Engine
from seatrial.contract.output import Origin, Workload
from seatrial.contract.runtime import Progress

DAEMONS = "daemons"
_OURS = "seatrial"


class Kind(StrEnum):
    """How an image can be had."""

    ENGINE = "engine"  # the official image, else built of the cache of engines
    DAEMONS = "daemons"  # built of this very seatrial
    BUILD = "build"  # built from the user's Dockerfile
    NAMED = "named"  # the image that the user named
    WITHIN = "within"  # the daemons' in one of the two before: of what these are, and so the last


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One image, for one or several workloads.

    `name` is for people. `official` is the reference at a registry, empty where there is none;
    `repository` the name under which it is built here. `folder` is the build's, relative to that
    of the system's file. `tools` are engines whose programs are in it, beside its own; `versions`
    are those that were asked for. `parts` are the images of
    which it is made: the daemons', and the one in which they are to stand.
    """

    name: str
    kind: Kind
    workloads: tuple[str, ...]
    official: str = ""
    repository: str = ""
    engine: str = ""
    folder: str = ""
    tools: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    parts: tuple["Wanted", ...] = ()


def wanted(
    workloads: Iterable[Workload], engines: Mapping[str, Engine], system: str
) -> tuple[Wanted, ...]:
    """Every image that the workloads need, each once, in a fixed order.

    An engine whose programs another workload calls is built here, as those programs are: a server
    and what reads its files must be of one version.
    """
    every = sorted(workloads, key=lambda one: one.name)
    called = {tool for each in every for tool in each.tools}
    beside: dict[str, set[str]] = {}
    for each in every:
        if each.engine:
            beside.setdefault(each.engine, set()).update(each.tools)
    found: dict[tuple[Kind, str], Wanted] = {}
    within: dict[tuple[str, str], Wanted] = {}
    for each in every:
        one = _one(each, engines, system)
        if one.kind is Kind.ENGINE and (one.engine in called or beside[one.engine]):
            asked = each.image.rpartition(":")[2]
            own = replace(one, official="", versions=(asked,) if asked else ())
            one = _with(own, beside[one.engine])
        elif one.kind is Kind.DAEMONS and each.tools:
            one = _with(one, each.tools)
        if each.commands:
            known = within.get((each.shares, one.name))
            names = (*(known.workloads if known else ()), each.name)
            within[each.shares, one.name] = replace(one, workloads=names)
            continue
        key = (one.kind, one.folder or one.official or one.name)
        if key in found:
            versions = tuple(sorted({*found[key].versions, *one.versions}))
            names = (*found[key].workloads, each.name)
            one = replace(found[key], workloads=names, versions=versions)
        found[key] = one
    more = [_within(ours, _of(found.values(), whose)) for (whose, _), ours in within.items()]
    return tuple(sorted((*found.values(), *more), key=lambda each: (each.kind, each.name)))


def _of(found: Iterable[Wanted], workload: str) -> Wanted:
    return next(each for each in found if workload in each.workloads)


def _within(ours: Wanted, base: Wanted) -> Wanted:
    """Ours in the image of another workload, whose programs are there alone."""
    place = base.repository.rpartition("/")[2] or base.name
    return Wanted(
        name=f"{ours.name} in {base.name}",
        kind=Kind.WITHIN,
        workloads=ours.workloads,
        repository=f"{ours.repository}-in-{place}",
        parts=(ours, base),
    )


def _with(one: Wanted, tools: Iterable[str]) -> Wanted:
    """The same with the programs of these engines, too."""
    more = tuple(sorted(each for each in tools if each != one.engine))
    return replace(
        one,
        name="+".join((one.name, *more)),
        repository="-".join((one.repository, *(each.replace("_", "-") for each in more))),
        tools=more,
    )


def of_engine(engine: Engine, workloads: tuple[str, ...] = (), named: str = "") -> Wanted:
    """An engine's image; `named` is another official one than the engine's own."""
    return Wanted(
        name=engine.name,
        kind=Kind.ENGINE,
        workloads=workloads,
        official=named or engine.official(),
        repository=f"{_OURS}/{engine.name.replace('_', '-')}",
        engine=engine.name,
    )


def left_out(engine: str, why: str) -> Progress:
    """What is told of an optional engine that cannot be had: the system starts without it."""
    return Progress(subject=engine, phase="left out", done=True, detail=f"it cannot be had: {why}")


def of_daemons(workloads: tuple[str, ...] = ()) -> Wanted:
    """The one image of all our daemons."""
    return Wanted(
        name=DAEMONS, kind=Kind.DAEMONS, workloads=workloads, repository=f"{_OURS}/{DAEMONS}"
    )


def _one(workload: Workload, engines: Mapping[str, Engine], system: str) -> Wanted:
    names = (workload.name,)
    if workload.origin is Origin.DAEMON:
        return of_daemons(names)
    if workload.engine in engines:
        return of_engine(engines[workload.engine], names, workload.image)
    if workload.build:
        return Wanted(
            name=workload.name,
            kind=Kind.BUILD,
            workloads=names,
            repository=f"{_OURS}/{system}.{workload.name}",
            folder=workload.build,
        )
    return Wanted(name=workload.name, kind=Kind.NAMED, workloads=names, official=workload.image)
