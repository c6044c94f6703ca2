"""How PostgreSQL is set as a store, by whichever product it is run: alone, or as one of several."""

from collections.abc import Mapping

PORTS = {"sql": 5432}
USER = "app"
DATABASE = "app"
# Networks that no router of the internet leads to: a machine's own, containers', pods'.
NETWORKS = (
    "127.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "172.16.0.0/12",
    "192.168.0.0/16",
)
SETTINGS: Mapping[str, str | int | bool] = {
    "max_connections": 100,
    "shared_buffers": "64MB",
    "password_encryption": "scram-sha-256",
    "log_destination": "stderr",
    "logging_collector": False,
    "log_line_prefix": "%m [%p] ",
    "log_statement": "ddl",
}
