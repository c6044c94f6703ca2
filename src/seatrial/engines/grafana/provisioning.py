"""What a Grafana reads when it starts: its data source, and where its boards are.

The folder is that of Grafana's packages and of its official image. Formats: Grafana's own
reference, "Provision Grafana".
"""

from seatrial.contract.placement import Endpoint
from seatrial.engines.documents import to_yaml
from seatrial.engines.grafana.model import LEAST_STEP, SOURCE

HOME = "/etc/grafana/provisioning"
BOARDS = "dashboards/seatrial"
SOURCES_FILE, PROVIDERS_FILE = "datasources/seatrial.yaml", "dashboards/seatrial.yaml"


def datasources(prometheus: Endpoint) -> str:
    """The one source, under its fixed uid."""
    return to_yaml(
        {
            "apiVersion": 1,
            "datasources": [
                {
                    "name": "seatrial",
                    "uid": SOURCE,
                    "type": "prometheus",
                    "access": "proxy",
                    "url": f"http://{prometheus}",
                    "editable": False,
                    "jsonData": {"timeInterval": LEAST_STEP, "httpMethod": "POST"},
                }
            ],
        }
    )


def providers(system: str) -> str:
    """Where the boards of a system are; a folder of that name shows them."""
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
                    "options": {"path": f"{HOME}/{BOARDS}"},
                }
            ],
        }
    )
