"""Where a proof makes the system slow, or lets calls fail: drawn from what the file offers. Pure.

Each place brings its fault and whom the diagnosis must name for it. The seed alone decides which
are drawn, so that a proof can be repeated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from seatrial.capabilities.tracing.crossing import crossed, radius, requested
from seatrial.capabilities.tracing.settings import Settings
from seatrial.contract.action import Action, BreakEdge, Execute, SlowEdge, Stutter
from seatrial.contract.capability import Context
from seatrial.engines.postgres import sql
from seatrial.traces.diagnosis import Culprit
from seatrial.traces.profile import Replica, Work

DRAWN = 3  # of each kind, in one proof
POSTGRES = "postgres"
# Seconds more for each answer. A run asks a PostgreSQL many times, and with more its pool runs
# short: then what a service waits for is its own pool, and a trace shows the service.
_LATENCY = {POSTGRES: 0.04}
_LATENCY_ELSEWHERE = 0.3
STATEMENT = 0.15  # seconds more for a slow statement: more, and what waits for it fills its service
STILL, AWAKE = 0.25, 0.1  # seconds in which a slow replica does nothing, and in which it works
# Bytes after which a connection breaks: the calls that open it pass, and of those after it some. Of
# Redis's, which are of one or two hundred bytes, about every second.
_BROKEN_AFTER = {POSTGRES: 4096, "redis": 360}
_BROKEN_AFTER_ELSEWHERE = 4096
_SLOW = "seatrial_slow"


class Kind(StrEnum):
    """What is wrong at a place."""

    LINKS = "links"
    QUERIES = "queries"
    REPLICAS = "replicas"
    CALLS = "calls"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One fault, and who is its culprit: what is not empty must be named.

    `journeys` are those whose runs may show it, `disturbed` all that it touches.
    """

    kind: Kind
    actions: tuple[Action, ...]
    journeys: tuple[str, ...]
    disturbed: frozenset[str]
    service: str = ""
    operation: str = ""
    peer: str = ""
    replica: str = ""

    def struck(self, work: Work, replica: Replica) -> bool:
        """Whether the fault is of this work, as this replica did it."""
        wanted = (self.service, self.operation, self.peer, self.replica)
        told = (work.service, work.operation, work.peer, replica[1])
        return all(want in {"", found} for want, found in zip(wanted, told, strict=True))

    def is_right(self, culprit: Culprit) -> bool:
        """Whether it is this place that was named, as narrowly as it was struck."""
        told = (culprit.service, culprit.operation, culprit.peer, culprit.replica)
        wanted = (self.service, self.operation, self.peer, self.replica)
        return all(want in {"", found} for want, found in zip(wanted, told, strict=True))

    def __str__(self) -> str:
        """In words."""
        asking = f"asking {self.peer}" if self.peer else ""
        return " ".join(
            each for each in (self.service, self.operation, asking, self.replica) if each
        )


def drawn(context: Context) -> Mapping[Kind, tuple[Place, ...]]:
    """The places of one proof: some of each kind, by the file's seed; all where there are few."""
    settings: Settings = context.settings
    found = {}
    for kind, every in offered(context).items():
        chance = Random(f"{settings.seed} {kind}")  # noqa: S311 - a choice, no secret
        found[kind] = tuple(chance.sample(every, min(DRAWN, len(every))))
    return found


def offered(context: Context) -> Mapping[Kind, Sequence[Place]]:
    """Every place of each kind that the file has."""
    return {
        Kind.LINKS: _links(context),
        Kind.QUERIES: _queries(context),
        Kind.REPLICAS: _replicas(context),
        Kind.CALLS: _calls(context),
    }


def _crossing(context: Context, service: str) -> tuple[str, ...]:
    system = context.system
    return tuple(each for each in requested(system) if service in crossed(system, each))


def _callers(context: Context) -> list[tuple[str, str, tuple[str, ...]]]:
    """Each store that a service with spans asks in runs of journeys: caller, store, journeys."""
    system, spanless = context.system, context.settings.spanless
    return [
        (name, store, journeys)
        for name, service in system.services.items()
        if name not in spanless and (journeys := _crossing(context, name))
        for store in service.needs
        if store in system.stores
    ]


def _links(context: Context) -> list[Place]:
    return [
        Place(
            kind=Kind.LINKS,
            actions=(SlowEdge(source=caller, target=store, latency=_latency(context, store)),),
            journeys=journeys,
            disturbed=radius(context.system, caller),
            service=caller,
            peer=store,
        )
        for caller, store, journeys in _callers(context)
    ]


def _latency(context: Context, store: str) -> float:
    return _LATENCY.get(context.system.stores[store].engine, _LATENCY_ELSEWHERE)


def _calls(context: Context) -> list[Place]:
    stores = context.system.stores
    return [
        Place(
            kind=Kind.CALLS,
            actions=(
                BreakEdge(
                    source=caller,
                    target=store,
                    after=_BROKEN_AFTER.get(stores[store].engine, _BROKEN_AFTER_ELSEWHERE),
                ),
            ),
            journeys=journeys,
            disturbed=radius(context.system, caller),
            service=caller,
            peer=store,
        )
        for caller, store, journeys in _callers(context)
    ]


def _queries(context: Context) -> list[Place]:
    settings: Settings = context.settings
    asked = {store for _, store, _ in _callers(context)}
    return [
        Place(
            kind=Kind.QUERIES,
            actions=(_slow(store, statement),),
            journeys=requested(context.system),
            disturbed=radius(context.system, store),
            operation=statement,
            peer=store,
        )
        for store, statements in settings.statements.items()
        if store in asked
        for statement in statements
    ]


def _slow(store: str, statement: str) -> Execute:
    """A trigger that waits, for each row; the function's end is the trigger's.

    For each statement would strike others, too: `INSERT ... ON CONFLICT DO UPDATE` is both to
    PostgreSQL, whichever of them it does (its manual, "Overview of Trigger Behavior").
    """
    operation, table = statement.split()
    gone = f"DROP FUNCTION IF EXISTS {_SLOW}() CASCADE"
    body = f"BEGIN PERFORM pg_sleep({STATEMENT}); RETURN NULL; END"
    return Execute(
        workload=store,
        argv=sql.command(
            gone,
            f"CREATE FUNCTION {_SLOW}() RETURNS trigger LANGUAGE plpgsql AS '{body}'",
            f"CREATE TRIGGER {_SLOW} AFTER {operation} ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {_SLOW}()",
        ),
        undo=sql.command(gone),
    )


def _replicas(context: Context) -> list[Place]:
    system, spanless = context.system, context.settings.spanless
    return [
        Place(
            kind=Kind.REPLICAS,
            actions=(Stutter(workload=name, replica=replica, still=STILL, awake=AWAKE),),
            journeys=journeys,
            disturbed=radius(system, name),
            replica=f"{name}-{replica}",
        )
        for name in system.services
        if name not in spanless and context.placement.has(name)
        if (journeys := _crossing(context, name))
        for replica in range(_replicas_of(context, name))
    ]


def _replicas_of(context: Context, service: str) -> int:
    """How many there are; none where one is all, for then nothing sets it apart."""
    count = len(context.placement.of(service))
    return count if count > 1 else 0
