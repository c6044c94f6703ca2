"""vmalert as a workload."""

from seatrial.contract.output import File, Origin, Probe, Workload
from seatrial.contract.placement import Endpoint

NAME = "vmalert"
PORTS = {"http": 8880}
RULES = "rules.yml"


def workload(
    rules: str,
    *,
    store: Endpoint,
    notifiers: tuple[Endpoint, ...],
    owner: str,
    after: tuple[str, ...],
) -> Workload:
    """One vmalert that asks a log store, and tells every notifier."""
    return Workload(
        name=NAME,
        origin=Origin.ENGINE,
        engine="vmalert",
        argv=(
            "vmalert",
            f"-rule=${{self.dir}}/{RULES}",
            f"-datasource.url=http://{store}",
            *(f"-notifier.url=http://{each}" for each in notifiers),
            "-httpListenAddr=${self.address}:${self.ports.http}",
            "-disableAlertgroupLabel",
            "-rule.evalDelay=0s",  # 30 s by default; what comes late is in the next window
            "-loggerFormat=json",
            "-loggerJSONFields=ts:time,msg:message",
        ),
        files=(File(path=RULES, text=rules, why="what in the logs calls for a person"),),
        ports=PORTS,
        ready=Probe(port="http", path="/health", deadline=30),
        live=Probe(port="http", path="/health"),
        reload="HUP",
        owner=owner,
        after=after,
        why="looks for attacks in the logs, and tells Alertmanager",
    )
