"""Traces of what runs: one run of a journey, and who called whom, beside what the file says."""

import difflib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from seatrial.app.environment import open_runtime
from seatrial.app.plan import Plan, plan
from seatrial.contract.runtime import Runtime, RuntimeFailure
from seatrial.engines.jaeger import query
from seatrial.engines.jaeger import workload as jaeger
from seatrial.review.cure import Edit
from seatrial.review.edit import edited
from seatrial.review.extend import extended
from seatrial.system.model import System
from seatrial.system.suggest import Suggester
from seatrial.traces.path import Part, critical_path
from seatrial.traces.peers import peers
from seatrial.traces.span import Span
from seatrial.traces.topology import Compared, Edge, Peer, compared, edges
from seatrial.traces.tree import Tree, tree

JOURNEY = "seatrial.journey"
PROBER = "prober"
LOOKED_AT = 300  # traces from which it is said who calls whom
_OK, _NOT_FOUND = 200, 404


class Unclear(Exception):  # noqa: N818 - bad input, not a failure
    """What was asked cannot be meant; the text says why and what can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One trace, its critical path, and whom its callers name."""

    tree: Tree
    path: tuple[Part, ...]
    peer: Peer


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """What differs between the calls that were seen and the file.

    `looked` is the number of traces that were looked at, `patch` the difference that declares what
    was not declared, `left` are those of these calls that it could not write.
    """

    compared: Compared
    looked: int
    patch: tuple[str, ...]
    left: tuple[Edge, ...]


def run(file: Path, journey: str, trace: str = "") -> Run:
    """The newest run of a journey, or the trace of that id.

    Raises Unclear, Refused and RuntimeFailure.
    """
    runtime = open_runtime(file)
    planned = _planned(file, runtime)
    journeys = planned.system.journeys
    if journey not in journeys:
        cure = Suggester().cure(journey, journeys, f"there are {', '.join(sorted(journeys))}")
        raise Unclear(f"no journey is called {journey}; {cure}")
    if trace:
        found = _ask(runtime, query.one(trace))
    else:
        found = _ask(runtime, query.search(PROBER, limit=5, tags={JOURNEY: journey}))
    ended = [each for each in map(tree, found) if trace or _whole(each, journey)]
    if not ended:
        what = f"no trace {trace}" if trace else f"no run of {journey}"
        raise RuntimeFailure(
            f"Jaeger keeps {what}", "a run can be looked at some seconds after its end"
        )
    newest = max(ended, key=lambda each: each.root.end)
    return Run(tree=newest, path=critical_path(newest), peer=_peer(planned))


def _whole(found: Tree, journey: str) -> bool:
    """Whether the run has ended: its own span is sent last."""
    root = found.root
    return root.service == PROBER and not root.parent and root.operation == journey


def topology(file: Path) -> Topology:
    """The calls that the newest traces show, beside the file's `needs`.

    Raises Refused and RuntimeFailure.
    """
    runtime = open_runtime(file)
    planned = _planned(file, runtime)
    system, peer = planned.system, _peer(planned)
    found: dict[str, tuple[Span, ...]] = {}
    for service in (PROBER, *system.services):
        for spans in _ask(runtime, query.search(service, limit=LOOKED_AT // 2)):
            found.setdefault(spans[0].trace, spans)
    seen = frozenset[Edge]().union(*(edges(tree(each), peer) for each in found.values()))
    own = (*system.services, *system.stores)
    differs = compared(seen, declared(system), own)
    patch, left = _patch(planned, differs.undeclared)
    return Topology(compared=differs, looked=len(found), patch=patch, left=left)


def declared(system: System) -> frozenset[Edge]:
    """The calls between the system's own that the file declares."""
    return frozenset(
        Edge(caller=name, callee=need)
        for name, service in system.services.items()
        for need in service.needs
        if need not in system.externals
    )


def _planned(file: Path, runtime: Runtime) -> Plan:
    planned = plan(file, runtime)
    if not planned.placement.has(jaeger.NAME):
        raise RuntimeFailure("nothing is traced here", "add R04 to `promises`, and `seatrial up`")
    return planned


def _peer(planned: Plan) -> Peer:
    system = planned.system
    return peers(planned.placement, frozenset((*system.services, *system.stores)))


def _ask(runtime: Runtime, path: str) -> tuple[tuple[Span, ...], ...]:
    answer = runtime.request("GET", jaeger.NAME, jaeger.QUERY, path)
    if answer.status == _NOT_FOUND:
        return ()
    if answer.status != _OK:
        text = answer.body.decode(errors="replace")[:200]
        raise RuntimeFailure(f"Jaeger refused: HTTP {answer.status} {text}")
    try:
        return tuple(each for each in query.traces(answer.body) if each)
    except (ValueError, KeyError, TypeError) as error:
        raise RuntimeFailure(f"Jaeger's answer cannot be read: {error}") from error


def _patch(planned: Plan, undeclared: Collection[Edge]) -> tuple[tuple[str, ...], tuple[Edge, ...]]:
    """The difference that adds each call to its caller's `needs`; comments stay as they are."""
    file = planned.described[0] if planned.described else planned.folder / "seatrial.yaml"
    try:
        before = file.read_bytes().decode()  # line ends as they are
    except (OSError, UnicodeDecodeError):
        return (), tuple(undeclared)
    text, left = before, []
    for caller in dict.fromkeys(each.caller for each in undeclared):
        calls = [each for each in undeclared if each.caller == caller]
        after = _needing(text, caller, [each.callee for each in calls])
        if after is None:
            left += calls
        else:
            text = after
    return tuple(_diff(file.name, before, text)), tuple(left)


def _needing(text: str, service: str, needs: list[str]) -> str | None:
    path = ("services", service)
    after = extended(text, (*path, "needs"), needs)
    if after is not None:
        return after
    added = edited(text, (Edit(file="", path=path, value={"needs": needs}),))
    return added.text if added.made else None


def _diff(name: str, before: str, after: str) -> Iterator[str]:
    yield from difflib.unified_diff(
        before.splitlines(), after.splitlines(), name, f"{name} (as seen)", lineterm=""
    )
