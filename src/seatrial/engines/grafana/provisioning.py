"""What a Grafana reads when it starts: its data sources, and where its boards are.

The folder is that of Grafana's packages and of its official image. Formats: Grafana's own
reference, "Provision Grafana".
"""

from typing import Any

from seatrial.contract.placement import Endpoint
from seatrial.engines.documents import to_yaml
from seatrial.engines.grafana.names import CENTRAL, LEAST_STEP, SOURCE

LOGS, TRACES = "seatrial-victorialogs", "seatrial-jaeger"
HOME = "/etc/grafana/provisioning"
BOARDS = "dashboards/seatrial"
SOURCES_FILE, PROVIDERS_FILE = "datasources/seatrial.yaml", "dashboards/seatrial.yaml"


def datasources(
    prometheus: Endpoint,
    *,
    centre: Endpoint | None = None,
    logs: Endpoint | None = None,
    traces: Endpoint | None = None,
) -> str:
    """Where figures, logs and traces are read, each under its fixed uid.

    VictoriaLogs is read by its makers' plugin, Jaeger by one that Grafana brings.
    """
    figures = {"seatrial": (SOURCE, prometheus), "seatrial centre": (CENTRAL, centre)}
    found = [
        _source(name, uid, "prometheus", at, timeInterval=LEAST_STEP, httpMethod="POST")
        for name, (uid, at) in figures.items()
        if at is not None
    ]
    if logs is not None:
        found.append(_source("seatrial logs", LOGS, "victoriametrics-logs-datasource", logs))
    if traces is not None:
        found.append(_source("seatrial traces", TRACES, "jaeger", traces))
    return to_yaml({"apiVersion": 1, "datasources": found})


def _source(name: str, uid: str, kind: str, at: Endpoint, **more: str) -> dict[str, Any]:
    return {
        "name": name,
        "uid": uid,
        "type": kind,
        "access": "proxy",
        "url": f"http://{at}",
        "editable": False,
        **({"jsonData": more} if more else {}),
    }


def providers(system: str, home: str = HOME) -> str:
    """Where the boards of a system are; a folder of that name shows them.

    `home` is where Grafana finds the provisioning folder.
    """
    return to_yaml(
        {
            "apiVersion": 1,
            "providers": [
                {
                    "name": system,
                    "folder": system,
                    "type": "file",
                    "disableDeletion": True,
                    "allowUiUpdates": False,
                    "options": {"path": f"{home}/{BOARDS}"},
                }
            ],
        }
    )
