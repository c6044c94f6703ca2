"""`seatrial doctor`: say what this machine can do."""

import sys
from dataclasses import asdict

import click
from rich.text import Text

from seatrial.cli import screen
from seatrial.cli.where import json_option
from seatrial.engines.alertmanager.workload import PORTS as ALERTMANAGER
from seatrial.engines.blackbox_exporter.workload import PORTS as BLACKBOX_EXPORTER
from seatrial.engines.mysqld_exporter.workload import PORTS as MYSQLD_EXPORTER
from seatrial.engines.nginx_exporter.workload import PORTS as NGINX_EXPORTER
from seatrial.engines.node_exporter.workload import PORTS as NODE_EXPORTER
from seatrial.engines.postgres.workload import PORTS as POSTGRES
from seatrial.engines.postgres_exporter.workload import PORTS as POSTGRES_EXPORTER
from seatrial.engines.prometheus.workload import PORTS as PROMETHEUS
from seatrial.engines.redis.workload import PORTS as REDIS
from seatrial.engines.redis_exporter.workload import PORTS as REDIS_EXPORTER
from seatrial.engines.toxiproxy.workload import PORTS as TOXIPROXY
from seatrial.runtimes.compose.doctor import doctor as containers
from seatrial.runtimes.local.abilities import doctor
from seatrial.runtimes.shared import browsing
from seatrial.runtimes.shared.finding import Finding

_LISTENERS = (
    ALERTMANAGER,
    BLACKBOX_EXPORTER,
    MYSQLD_EXPORTER,
    NGINX_EXPORTER,
    NODE_EXPORTER,
    POSTGRES,
    POSTGRES_EXPORTER,
    PROMETHEUS,
    REDIS,
    REDIS_EXPORTER,
    TOXIPROXY,
)


@click.command("doctor")
@json_option
def command(*, as_json: bool) -> None:
    """Say what this machine can do: root, limits, ports, memory, disk, containers."""
    ports = (port for each in _LISTENERS for port in each.values())
    found = (*doctor(ports), browsing.finding(), *containers())
    if as_json:
        screen.as_json([asdict(each) for each in found])
    else:
        for each in found:
            mark = _mark(each)
            mark.append(f"{each.topic:<18}", style="bold").append(each.found)
            if each.cure:
                mark.append(f"; {each.cure}", style="dim")
            screen.out().print(mark)
    good = all(each.ok or not each.needed for each in found)
    sys.exit(screen.READY if good else screen.NOT_READY)


def _mark(finding: Finding) -> Text:
    if finding.ok:
        return Text("ok      ", style="green")
    return Text("missing ", style="yellow") if finding.needed else Text("absent  ", style="dim")
