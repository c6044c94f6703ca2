"""Attacks, replayed on the system: what they leave in the logs is written by its own products."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from seatrial.capabilities.detection import judges
from seatrial.capabilities.detection.declare import found, wanted
from seatrial.capabilities.detection.render import intent_of
from seatrial.capabilities.detection.settings import Login
from seatrial.contract.action import Action, Execute, Halt, Request, WriteLines
from seatrial.contract.capability import Context
from seatrial.contract.declaration import Tier
from seatrial.contract.scenario import EVERYTHING, Ability, Injection, Scenario, Steady, Watch
from seatrial.contract.timeline import Observation
from seatrial.engines.alertmanager import query
from seatrial.engines.alertmanager import workload as alertmanager
from seatrial.engines.otelcol import workload as otelcol
from seatrial.engines.postgres import sql
from seatrial.engines.postgres.workload import DATABASE
from seatrial.engines.prometheus import workload as prometheus

ATTACKS, STOPPED = "attacks", "watchers-stopped"
SCANNER, SHELL, EXPORT = "Scanner", "WebShell", "MassExport"
GUESSING, STUFFING = "LoginGuessing", "CredentialStuffing"
RIGHTS, TAMPERING, TABLE = "PrivilegeChange", "LogTampering", "TableExport"
STOPS = {
    "PrometheusStopped": prometheus.NAME,
    "AlertmanagerStopped": alertmanager.NAME,
    "CollectorStopped": otelcol.NAME,
}
_PATHS = 25  # more than the rule wants: some may fail otherwise
_GUESSES = 12
_SHELL = "/uploads/seatrial-drill.php"
_ROLE = "seatrial_drill"
# As a web server writes it, and of no system can so much be asked for. Of an instant so long ago
# the collector believes nothing: it counts as written now.
_EXPORTED = (
    '192.0.2.66 - - [01/Jan/2026:00:00:00 +0000] "GET /seatrial-drill HTTP/1.1" 200 52428800'
    ' "-" "seatrial"'
)
_APART = 2.0  # seconds between the last guess and the answer: access logs tell whole seconds
_AWAY = 3.0
_WITHIN, _SETTLE = 45.0, 8.0


def scenarios(context: Context) -> tuple[Scenario, ...]:
    """The attacks on what there is, and the stop of the watchers; none where nothing looks."""
    if not context.rehearsal or not wanted(intent_of(context)):
        return ()
    return (*_attacks(context), *_stopped(context))


def replayed(context: Context, scenario: str) -> tuple[str, ...]:
    """The rules in force that the scenario's attacks are for."""
    by_rule = _web(context) | _database(context)
    names = STOPS if scenario == STOPPED else by_rule
    return tuple(each for each in names if each in in_force(context))


def in_force(context: Context) -> frozenset[str]:
    """The names of rules and correlations that call somebody."""
    return frozenset(each.name for each in context.declarations.detections)


def told() -> Watch:
    """What Alertmanager has been told of attacks, whether or not it tells somebody."""

    def parse(at: float, body: bytes) -> tuple[Observation, ...]:
        return tuple(
            replace(each, source=judges.ALERTS)
            for each in query.suppressed(at, body)
            if each.labels.get("tier") == Tier.SECURITY.value
        )

    return Watch(
        name=judges.ALERTS,
        workload=alertmanager.NAME,
        port=query.PORT,
        path="/api/v2/alerts/groups",
        parse=parse,
        every=1.0,
    )


def _attacks(context: Context) -> Iterator[Scenario]:
    names = replayed(context, ATTACKS)
    acts = {**_web(context), **_database(context)}
    first = tuple(act for name in names if name != STUFFING for act in acts[name])
    if not first:
        return
    injections: tuple[Injection, ...] = (Injection(actions=first),)
    if STUFFING in names:
        injections = (
            Injection(actions=first, hold=0.0, pause=_APART),
            Injection(actions=acts[STUFFING]),
        )
    yield Scenario(
        name=ATTACKS,
        question="Is an attack told, and by those rules alone that should see it?",
        injections=injections,
        radius=frozenset(
            {where for each in first if (where := getattr(each, "workload", ""))}
            | {alertmanager.NAME}
        ),
        within=_WITHIN,
        settle=_SETTLE,
        steady=(_hushed(names),),
        needs=frozenset({Ability.WRITE_LINES}) if EXPORT in names else frozenset(),
        quick=True,
    )


def _stopped(context: Context) -> Iterator[Scenario]:
    names = replayed(context, STOPPED)
    if not names:
        return
    yield Scenario(
        name=STOPPED,
        question="Is it told when somebody stops what watches the system?",
        injections=(
            Injection(actions=tuple(Halt(workload=STOPS[each]) for each in names), hold=_AWAY),
        ),
        radius=frozenset({EVERYTHING}),
        within=_WITHIN,
        steady=(_hushed(names),),
        fresh=False,
    )


def _web(context: Context) -> dict[str, tuple[Action, ...]]:
    """What is done to the web server, by the rule that should see it."""
    rule = found(intent_of(context)).rules.get(SHELL)
    target = rule.subjects[0] if rule is not None else ""
    service = context.system.services.get(target)
    if service is None or not service.ports:
        return {}
    port = next(iter(service.ports))

    def ask(
        path: str, headers: Mapping[str, str] = MappingProxyType({}), *, refused: bool = False
    ) -> Request:
        return Request(
            workload=target,
            port=port,
            method="GET",
            path=path,
            headers=tuple(headers.items()),
            refused=refused,
        )

    login: Login | None = context.settings.login
    acts: dict[str, tuple[Action, ...]] = {
        SCANNER: tuple(ask(f"/seatrial-drill-{each}", refused=True) for each in range(_PATHS)),
        SHELL: (ask(_SHELL, refused=True),),
        EXPORT: (WriteLines(workload=target, lines=(_EXPORTED,)),),
    }
    if login is not None:
        guess = ask(login.get, login.refused, refused=True)
        acts[GUESSING] = (guess,) * _GUESSES
        acts[STUFFING] = (ask(login.get, login.answered),)
    return acts


def _database(context: Context) -> dict[str, tuple[Action, ...]]:
    """What is done to the first PostgreSQL, by the rule that should see it."""
    stores = (name for name, each in context.system.stores.items() if each.engine == "postgres")
    name = next((each for each in stores if context.placement.has(each)), None)
    if name is None:
        return {}

    workload, replica = context.declarations.holder(name)

    def run(*statements: str, undo: tuple[str, ...] = ()) -> tuple[Action, ...]:
        taken_back = sql.command(*undo) if undo else ()
        argv = sql.command(*statements)
        return (Execute(workload=workload, argv=argv, undo=taken_back, replica=replica),)

    gone = f"DROP ROLE IF EXISTS {_ROLE}"
    return {
        RIGHTS: run(gone, f"CREATE ROLE {_ROLE}", undo=(gone,)),
        TAMPERING: run(f"ALTER DATABASE {DATABASE} RESET log_statement"),
        # the server writes no COPY down by default; this session has it written
        TABLE: run("SET log_statement = 'all'", "COPY (SELECT 1) TO STDOUT"),
    }


def _hushed(names: tuple[str, ...]) -> Steady:
    """An alert of an attack before this one would be taken for this one's."""

    def holds(seen: tuple[Observation, ...]) -> str | None:
        still = sorted({each.subject for each in seen} & {*names})
        return f"still told of before: {', '.join(still)}" if still else None

    return Steady(name="no attack is told", watch=told(), holds=holds)
