"""The whole stack, thing by thing (T2): each service, store and journey is there and works."""

import json
from collections.abc import Mapping

from seatrial.capabilities.metrics import journeys, judges
from seatrial.capabilities.metrics.scenarios import COVERAGE
from seatrial.contract.action import AlterFile, Request
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation, Watch
from seatrial.contract.timeline import Timeline
from seatrial.engines.postgres_exporter import workload as postgres_exporter
from seatrial.engines.prometheus import config, query
from seatrial.engines.prometheus import workload as prometheus
from seatrial.engines.redis_exporter import workload as redis_exporter

COMPLETED = "completed"
RUNS = 'sum by (journey) (increase(journey_requests_total{outcome="ok"}[20s]))'
SETTLE = 30.0  # the longest window of what is asked here, and two scrapes
# A dropped target's series are marked stale when two more scrapes, and a tenth of one, would have
# been due (Prometheus, scrape loop); before that, its file of targets must be read again.
STALE_SCRAPES = 2.1
REREAD = 10.0
PROBED = "probe_success"
STORE_UP = {"postgres": postgres_exporter.UP, "redis": redis_exporter.UP}


def watch(name: str, expr: str, *, every: float = 2.0) -> Watch:
    """An instant query, asked again and again."""
    return Watch(
        name=name,
        workload=prometheus.NAME,
        port="http",
        path=query.instant(expr),
        parse=query.samples(name),
        every=every,
    )


def always(_timeline: Timeline) -> bool:
    """For what needs no time under the fault."""
    return True


def dropped(context: Context, subject: str) -> Control:
    """The subject is no longer among the targets."""
    targets = context.declarations.targets
    texts = config.target_files(targets, context.placement)
    actions = []
    for job in dict.fromkeys(each.job for each in targets if each.subject == subject):
        entries = json.loads(texts[job])
        kept = [each for each in entries if each["labels"]["service"] != subject]
        text = json.dumps(kept, indent=1) + "\n"
        path = f"targets/{job}.json"
        actions.append(AlterFile(workload=prometheus.NAME, path=path, text=text))
    longest = max((each.interval for each in targets if each.subject == subject), default=0.0)
    return Control(
        defect=f"{subject} is dropped from the targets",
        actions=tuple(actions),
        settle=max(SETTLE, STALE_SCRAPES * longest + REREAD),
    )


def expectations(
    context: Context, targets: Mapping[str, tuple[judges.Expected, ...]]
) -> tuple[Expectation, ...]:
    """One for each service, each store that runs here, and each journey."""
    system = context.system
    services = [
        _stands(context, "services", name, (*targets[name], *_probed(context, name)))
        for name in system.services
        if name in targets
    ]
    stores = [
        _stands(context, "stores", name, (*targets[name], _answers(name, STORE_UP[store.engine])))
        for name, store in system.stores.items()
        if name in targets and store.engine in STORE_UP
    ]
    return (*services, *stores, *(_walks(name) for name in system.journeys))


def _stands(
    context: Context, kind: str, name: str, expected: tuple[judges.Expected, ...]
) -> Expectation:
    subjects = dict.fromkeys(each.subject for each in expected)
    return Expectation(
        name=f"stack/{name}",
        scenario=COVERAGE,
        requirements=("T2",),
        summary=f"every replica of {name} answers, and is measured",
        watches=tuple(watch(each, each) for each in subjects),
        judge=judges.coverage(expected, well=f"{name} answers wherever it is asked"),
        ripe=always,
        control=dropped(context, name),
        depends=(f"{kind}.{name}", "monitoring"),
        engines=("prometheus",),
    )


def _probed(context: Context, name: str) -> tuple[judges.Expected, ...]:
    probed = {each.subject for each in context.declarations.targets if each.kind == "probe"}
    if name not in probed:
        return ()
    return (judges.up(f"{name} from outside", PROBED, {"service": name}, "unready"),)


def _answers(name: str, metric: str) -> judges.Expected:
    return judges.up(f"{name} behind its exporter", metric, {"service": name})


def _walks(name: str) -> Expectation:

    def rate(factor: float) -> Request:
        body = json.dumps({"journey": name, "factor": factor})
        undo = None if factor else rate(1.0)
        return Request(
            workload=journeys.NAME, port="http", method="POST", path="/rate", body=body, undo=undo
        )

    wanted = judges.counted(f"{name} of users", COMPLETED, {"journey": name}, "not completed")
    return Expectation(
        name=f"stack/{name}",
        scenario=COVERAGE,
        requirements=("T2",),
        summary=f"users complete {name}, from the first step to the last",
        watches=(watch(COMPLETED, RUNS),),
        judge=judges.coverage((wanted,), well=f"users complete {name}"),
        ripe=always,
        control=Control(defect="nobody walks it", actions=(rate(0.0),), settle=SETTLE),
        depends=(f"journeys.{name}", "services", "stores"),
        engines=("prometheus",),
    )
