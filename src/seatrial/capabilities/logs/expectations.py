"""What logs expects to see, and with which defect it must turn red."""

from seatrial.capabilities.logs import host, judges, keeper, lines, streams
from seatrial.capabilities.logs.declare import collected
from seatrial.capabilities.logs.render import configuration
from seatrial.capabilities.logs.scenarios import BURST, BURST_LINES, LINES
from seatrial.contract.action import AlterFile, Request
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation, Scenario, Watch, settled
from seatrial.engines.otelcol import reach
from seatrial.engines.otelcol import workload as otelcol
from seatrial.engines.victorialogs import query
from seatrial.engines.victorialogs import workload as victorialogs

_ENGINES = ("otelcol", "victorialogs")
COVERAGE = "coverage"  # the scenario in which everything is looked at, without a fault
_REREAD = 3.0  # seconds until the collector works with another file
_SURELY = 8.0  # the same, where one line that still passes would be taken for good
_NO_LOGIN = 401


def expectations(context: Context, scenarios: tuple[Scenario, ...]) -> tuple[Expectation, ...]:
    """Those of each scenario of the logs, and of the look at everything."""
    if not collected(context.system, context.placement.runtime):
        return ()
    audit = (_audited,) if context.settings.audit else ()
    builders = {
        COVERAGE: (_told,),
        LINES: (_found, _read, _masked, *audit),
        BURST: (_kept,),
        host.SCENARIO: (_of_host,),
    }
    found = [builder(context) for each in scenarios for builder in builders.get(each.name, ())]
    if context.settings.audit:
        attack = next((each for each in scenarios if _logins(each)), None)
        found += [_refused(context, attack)] if attack else []
    return tuple(found)


def _logins(scenario: Scenario) -> tuple[str, ...]:
    """The paths at which a scenario has a login refused, by headers that are wrong."""
    actions = (action for each in scenario.injections for action in each.actions)
    return tuple(
        dict.fromkeys(
            each.path
            for each in actions
            if isinstance(each, Request) and each.refused and each.headers
        )
    )


def _replicas(context: Context) -> tuple[tuple[str, int], ...]:
    """Each replica, by the service as whose its lines are stored."""
    return tuple(
        (reach.stored_as(each.workload), each.replica) for each in context.placement.locations
    )


def _rows() -> Watch:
    """Every line that a drill has written."""
    return Watch(
        name="stored lines",
        workload=victorialogs.NAME,
        port=query.PORT,
        path=query.since(lines.MARK),
        parse=query.lines("stored lines"),
    )


def _told(context: Context) -> Expectation:
    replicas = _replicas(context)
    # the store is asked first: what a file has grown by since must come in after that
    stored = Watch(
        name=streams.STORED,
        workload=victorialogs.NAME,
        port=query.PORT,
        path=query.path(streams.QUERY),
        parse=query.newest(streams.STORED),
        every=1.0,
    )
    files = Watch(
        name=streams.WRITTEN,
        workload=keeper.NAME,
        port="http",
        path=keeper.STREAMS,
        parse=streams.written,
        every=1.0,
    )
    judge = streams.told(replicas, keeper.NAME)
    return Expectation(
        name="streams/told",
        scenario=COVERAGE,
        requirements=("R05.2",),
        summary="every stream of lines is fresh, or told as idle; none is lost unseen",
        watches=(stored, files),
        judge=judge,
        ripe=settled(judge),
        control=_altered(
            f"what {keeper.NAME} writes is dropped",
            configuration(context, dropped=(keeper.NAME,)),
            settle=_SURELY,
        ),
        depends=("services", "stores", "logs"),
        engines=_ENGINES,
    )


def _found(context: Context) -> Expectation:
    replicas = _replicas(context)
    judge = judges.found(replicas)
    return Expectation(
        name="found/lines",
        scenario=LINES,
        requirements=("R05.2", "R05.3"),
        summary=f"a line that each replica writes is found within {judges.WITHIN:.0f} s",
        watches=(_rows(),),
        judge=judge,
        ripe=settled(judge),
        control=_altered(
            f"what {replicas[0][0]} writes is dropped",
            configuration(context, dropped=(replicas[0][0],)),
        ),
        depends=("services", "stores", "logs"),
        engines=_ENGINES,
    )


def _of_host(context: Context) -> Expectation:
    return Expectation(
        name="found/host",
        scenario=host.SCENARIO,
        requirements=("R05.2",),
        summary=f"a line that the host itself writes is found within {judges.WITHIN:.0f} s",
        watches=(_rows(),),
        judge=host.judge,
        ripe=settled(host.judge),
        control=_altered(
            "what the host writes is dropped", configuration(context, dropped=(reach.HOST,))
        ),
        depends=("logs",),
        engines=_ENGINES,
    )


def _read(context: Context) -> Expectation:
    judge = judges.read(lines.FORMS)
    return Expectation(
        name="read/forms",
        scenario=LINES,
        requirements=("R05.3",),
        summary="fields are read out of JSON, logfmt, nginx's, PostgreSQL's and Redis's lines; a"
        " traceback stays whole",
        watches=(_rows(),),
        judge=judge,
        ripe=settled(judge),
        control=_altered(
            "nothing reads PostgreSQL's lines", configuration(context, unread=("postgres",))
        ),
        depends=("services", "stores", "logs"),
        engines=_ENGINES,
    )


def _masked(context: Context) -> Expectation:
    judge = judges.masked(context.settings.mask)
    return Expectation(
        name="masked/planted",
        scenario=LINES,
        requirements=("R05.3",),
        summary=f"planted {', '.join(context.settings.mask) or 'secrets'} are not in the store",
        watches=(_rows(),),
        judge=judge,
        ripe=settled(judge),
        control=_altered("nothing is masked", configuration(context, masked=False)),
        depends=("services", "stores", "logs"),
        engines=_ENGINES,
    )


def _in_audit(where: str) -> Watch:
    return Watch(
        name=judges.AUDITED,
        workload=victorialogs.AUDIT,
        port=query.PORT,
        path=query.since(where),
        parse=query.lines(judges.AUDITED),
    )


def _refused(context: Context, scenario: Scenario) -> Expectation:
    judge = judges.refused(_logins(scenario))
    return Expectation(
        name="audited/refused",
        scenario=scenario.name,
        requirements=("R05.1",),
        summary="a login that a service refuses is in the store of the audit, as it writes it",
        watches=(_in_audit(f"status:={_NO_LOGIN}"),),
        judge=judge,
        ripe=settled(judge),
        control=_altered(
            "audit lines are not sent there",
            configuration(context, audited=False),
            settle=_SURELY,
        ),
        depends=("services", "logs"),
        engines=_ENGINES,
    )


def _audited(context: Context) -> Expectation:
    judge = judges.audited(len(lines.audited()))
    return Expectation(
        name="audited/lines",
        scenario=LINES,
        requirements=("R05.1",),
        summary="audit lines are in a store of their own, and no others are",
        watches=(_in_audit(lines.MARK),),
        judge=judge,
        ripe=settled(judge),
        control=_altered("audit lines are not sent there", configuration(context, audited=False)),
        depends=("services", "stores", "logs"),
        engines=_ENGINES,
    )


def _kept(context: Context) -> Expectation:
    counted = Watch(
        name="stored burst",
        workload=victorialogs.NAME,
        port=query.PORT,
        path=query.since(
            f'"{lines.BURST}" | stats count() {judges.COUNTED},'
            f" count_uniq(part, number) {judges.DIFFERENT}"
        ),
        parse=query.figures("stored burst"),
        every=2.0,
    )
    judge = judges.kept(BURST_LINES)
    return Expectation(
        name="kept/burst",
        scenario=BURST,
        requirements=("R05.1", "R05.2"),
        summary=f"of {BURST_LINES} lines none is lost when collector and store are killed",
        watches=(counted,),
        judge=judge,
        ripe=settled(judge),
        control=_altered("the collector keeps nothing on disk", configuration(context, kept=False)),
        depends=("logs",),
        engines=_ENGINES,
    )


def _altered(defect: str, text: str, settle: float = _REREAD) -> Control:
    return Control(
        defect=defect,
        actions=(AlterFile(workload=otelcol.NAME, path=otelcol.CONFIG, text=text),),
        settle=settle,
    )
