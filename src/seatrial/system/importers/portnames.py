"""Names for ports that others only number."""

from seatrial.system.importers.names import label
from seatrial.system.importers.notes import Notes
from seatrial.system.importers.sketch import Container, Fidelity

_KNOWN = {
    22: "ssh", 25: "smtp", 53: "dns", 80: "http", 443: "https", 465: "smtps", 587: "submission",
    993: "imaps", 1025: "smtp", 1433: "mssql", 1883: "mqtt", 3306: "mysql", 5432: "postgres",
    5672: "amqp", 6379: "redis", 8443: "https", 9092: "kafka", 9200: "http", 11211: "memcached",
    27017: "mongodb", 50051: "grpc",
}  # fmt: skip
_MOST = 40


def named_ports(container: Container, notes: Notes) -> dict[str, int]:
    """The TCP ports of a container by name: its own, a well-known one, `http` for the first."""
    found: dict[str, int] = {}
    for port in container.ports:
        if port.protocol != "tcp":
            _udp(container, port.number, port.protocol, notes)
            continue
        if port.number in found.values():
            continue
        if len(found) >= _MOST:
            notes.note(
                container,
                "ports",
                f"only its first {_MOST} ports are taken",
                "add those that count",
            )
            break
        found[port_name(port.name, port.number, found)] = port.number
    for index, check in enumerate(container.checks):
        if check.port and check.path and check.port not in found.values():
            found[port_name("", check.port, found)] = check.port
            notes.note(
                container,
                "healthcheck.test" if "healthcheck.test" in container.places else f"checks.{index}",
                f"asks port {check.port}, which is now among its ports",
                "check health and ports",
            )
    path_only = any(check.path and not check.port for check in container.checks)
    if path_only and not found:
        found["http"] = 80
    metrics = container.labels.get("prometheus.io/port", "")
    if metrics.isdigit() and len(metrics) < 6 and 1 <= int(metrics) <= 65535:  # noqa: PLR2004 - a port
        number = int(metrics)
        if number not in found.values() and "metrics" not in found:
            found["metrics"] = number
    return found


def known_name(number: int | None) -> str:
    """The well-known name of a port, or an empty one."""
    return _KNOWN.get(number or 0, "")


def port_name(name: str, number: int, found: dict[str, int]) -> str:
    """A name that is free among those found: the given one, a well-known one, `http` at first."""
    wanted = label(name, "port") if name else _KNOWN.get(number, "")
    if not wanted:
        wanted = "http" if "http" not in found else f"port-{number}"
    return wanted if wanted not in found else f"port-{number}"


def _udp(container: Container, number: int, protocol: str, notes: Notes) -> None:
    if any(each.number == number and each.protocol == "tcp" for each in container.ports):
        return
    notes.note(
        container,
        f"ports.{number}/{protocol}",
        f"port {number} speaks {protocol}, and ports are TCP",
        fidelity=Fidelity.DROPPED,
    )
