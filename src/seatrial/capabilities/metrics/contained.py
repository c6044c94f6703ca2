"""Every replica's container is measured: what is expected, and with which defect it is red."""

from seatrial.capabilities.metrics import containers, judges, stack
from seatrial.capabilities.metrics.federation import centre
from seatrial.capabilities.metrics.scenarios import COVERAGE
from seatrial.contract.action import Kill
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation
from seatrial.engines.prometheus.watches import values

UNTOLD = "container_figure_unknown"
_SERIES = {
    "memory": "container_memory_working_set_bytes",
    "cpu": "container_cpu_usage_seconds_total",
    "network": "container_network_receive_bytes_total",
}


def expectation(context: Context) -> Expectation:
    """Every replica has its container's figures, or nobody can tell why not."""
    things = tuple(
        judges.fresh(
            f"{figure} of {target.subject} (replica {location.replica})",
            figure,
            {
                "service": target.subject,
                "replica": str(location.replica),
                **centre.told_apart(context, location),
            },
        )
        for target in context.declarations.targets
        if target.kind == containers.KIND
        for location in context.placement.of(target.workload)
        for figure in _SERIES
    )
    judge = judges.coverage(things, well="every replica has its container's figures")
    slow = context.settings.slow_scrape.seconds
    return Expectation(
        name="coverage/containers",
        scenario=COVERAGE,
        requirements=("R01.2",),
        summary="every replica has its container's memory, processor and network",
        watches=centre.everywhere(
            context, *(values(name, _age(name)) for name in _SERIES), values(UNTOLD, UNTOLD)
        ),
        judge=judges.told(judge, UNTOLD, frozenset({"memory", "cpu"})),
        ripe=stack.always,
        control=Control(
            defect="whoever reads the containers' figures is dead",
            actions=(Kill(workload=containers.NAME),),
            settle=slow + min(10.0, slow),
        ),
        depends=("services", "stores", "monitoring"),
        engines=("prometheus",),
    )


def _age(figure: str) -> str:
    """Seconds since each replica's figure was read.

    A network that is the machine's own is nobody's figure: to be told so is enough.
    """
    series = f'{_SERIES[figure]}{{kind="{containers.KIND}"}}'
    age = f"time() - timestamp({series})"
    if figure != "network":
        return age
    return f'({age}) or (time() - timestamp({UNTOLD}{{figure="network"}}))'
