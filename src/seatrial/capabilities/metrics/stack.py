"""The whole stack, thing by thing (T2): each service, store and journey is there and works."""

import json
from collections.abc import Mapping

from seatrial.capabilities.metrics import judges
from seatrial.capabilities.metrics.federation import centre
from seatrial.capabilities.metrics.render import SERVER, configuration, of_region
from seatrial.capabilities.metrics.scenarios import COVERAGE
from seatrial.contract.action import AlterFile, Request
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation
from seatrial.contract.timeline import Timeline
from seatrial.engines.mysqld_exporter import workload as mysqld_exporter
from seatrial.engines.postgres_exporter import workload as postgres_exporter
from seatrial.engines.prometheus import config
from seatrial.engines.prometheus import workload as prometheus
from seatrial.engines.prometheus.watches import values
from seatrial.engines.redis_exporter import workload as redis_exporter
from seatrial.system.probing import entries, probers

COMPLETED = "completed"
RUNS = 'sum by (journey) (increase(journey_requests_total{outcome="ok"}[20s]))'
ENTERED = RUNS.replace("(journey)", "(journey, entry)")
SETTLE = 30.0  # the longest window of what is asked here, and two scrapes
# Three scrapes of the slowest job. Prometheus itself answers with a sample for five minutes: what
# it no longer collects would look well, where a job ended as a whole and nothing was marked stale.
FRESH = 45.0
REREAD = 10.0  # until a file of targets is read again
PROBED = "probe_success"
STORE_UP = {
    "postgres": postgres_exporter.UP,
    "redis": redis_exporter.UP,
    **dict.fromkeys(mysqld_exporter.PRODUCTS, mysqld_exporter.UP),
}


def fresh(metric: str) -> str:
    """The metric's series of which there is a sample not older than FRESH."""
    return f"{metric} unless (time() - timestamp({metric}) > {FRESH:.0f})"


def always(_timeline: Timeline) -> bool:
    """For what needs no time under the fault."""
    return True


def dropped(context: Context, subject: str) -> Control:
    """The subject is no longer among the targets.

    A job that would be left without any goes as a whole: Prometheus 2.53 goes on with the last
    targets of a file that has become empty.
    """
    targets = of_region(context, context.declarations.targets, context.regions[0])
    texts = config.target_files(targets, context.placement)
    actions = []
    emptied = set()
    for job in dict.fromkeys(each.job for each in targets if each.subject == subject):
        entries = json.loads(texts[job])
        kept = [each for each in entries if each["labels"]["service"] != subject]
        if not kept:
            emptied.add(job)
            continue
        text = json.dumps(kept, indent=1) + "\n"
        path = f"targets/{job}.json"
        actions.append(AlterFile(workload=prometheus.NAME, path=path, text=text))
    if emptied:
        text = configuration(context, (each for each in targets if each.job not in emptied))
        actions.append(AlterFile(workload=prometheus.NAME, path=SERVER, text=text))
    return Control(
        defect=f"{subject} is dropped from the targets",
        actions=tuple(actions),
        settle=FRESH + REREAD,
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
        _stands(context, "stores", name, (*targets[name], _answers(context, name, store.engine)))
        for name, store in system.stores.items()
        if name in targets and store.engine in STORE_UP
    ]
    return (*services, *stores, *(_walks(context, name) for name in system.journeys))


def _stands(
    context: Context, kind: str, name: str, expected: tuple[judges.Expected, ...]
) -> Expectation:
    subjects = dict.fromkeys(each.subject for each in expected)
    return Expectation(
        name=f"stack/{name}",
        scenario=COVERAGE,
        requirements=("T2",),
        summary=f"every replica of {name} answers, and is measured",
        watches=centre.everywhere(context, *(values(each, fresh(each)) for each in subjects)),
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


def outside(context: Context) -> tuple[str, ...]:
    """The stores of which nothing is seen but whether they take connections."""
    return tuple(
        name for name, each in context.system.stores.items() if context.beside and not each.measured
    )


def _answers(context: Context, name: str, engine: str) -> judges.Expected:
    if name in outside(context):
        return judges.up(f"{name} takes connections", PROBED, {"service": name, "kind": "store"})
    return judges.up(f"{name} behind its exporter", STORE_UP[engine], {"service": name})


def _walks(context: Context, name: str) -> Expectation:
    looking = probers(context.system)
    regions = entries(context.system, context.system.journeys[name].start, context.regions)

    def rate(factor: float, prober: str) -> Request:
        body = json.dumps({"journey": name, "factor": factor})
        undo = None if factor else rate(1.0, prober)
        return Request(
            workload=prober, port="http", method="POST", path="/rate", body=body, undo=undo
        )

    wanted = tuple(
        judges.counted(
            f"{name} of users" + (f" in {each}" if each else ""),
            COMPLETED,
            {"journey": name, **({"entry": each} if each else {})},
            "not completed",
        )
        for each in regions
    )
    return Expectation(
        name=f"stack/{name}",
        scenario=COVERAGE,
        requirements=("T2",),
        summary=f"users complete {name}, from the first step to the last",
        watches=(values(COMPLETED, RUNS if len(regions) == 1 else ENTERED),),
        judge=judges.coverage(wanted, well=f"users complete {name}"),
        ripe=always,
        control=Control(
            defect="nobody walks it",
            actions=tuple(rate(0.0, each) for each in looking),
            settle=SETTLE,
        ),
        depends=(f"journeys.{name}", "services", "stores"),
        engines=("prometheus",),
    )
