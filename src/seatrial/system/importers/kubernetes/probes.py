"""Probes: what Kubernetes asks a container, and what it decides by the answer."""

from collections.abc import Iterator, Mapping

from seatrial.system.importers.confidential import masked
from seatrial.system.importers.cursor import Cursor
from seatrial.system.importers.portnames import known_name
from seatrial.system.importers.sketch import CheckKind, HealthCheck
from seatrial.system.scheme import secure

_KINDS = (
    ("readinessProbe", CheckKind.READY),
    ("livenessProbe", CheckKind.LIVE),
    ("startupProbe", CheckKind.STARTUP),
)
_DEFAULT = "/"


def checks(container: Cursor, names: Mapping[str, int]) -> Iterator[tuple[HealthCheck, Cursor]]:
    """The health checks of a container; `names` are its ports by name."""
    for step, kind in _KINDS:
        probe = container.at(step)
        if probe:
            check = _check(probe, kind, names)
            if check is not None:
                yield check, probe


def _check(probe: Cursor, kind: CheckKind, names: Mapping[str, int]) -> HealthCheck | None:
    http = probe.at("httpGet")
    if http:
        path = http.at("path").text or _DEFAULT
        http.at("path").imported(f"asks for it to decide whether it is {kind}")
        port = _port(http.at("port"), names)
        _scheme(http.at("scheme"), port, names)
        return HealthCheck(kind=kind, path=path if path.startswith("/") else f"/{path}", port=port)
    if probe.at("tcpSocket"):
        return HealthCheck(kind=kind, port=_port(probe.at("tcpSocket", "port"), names))
    if probe.at("grpc"):
        port = _port(probe.at("grpc", "port"), names)
        probe.at("grpc", "service").approximated(
            "a check by gRPC's health protocol, taken as a connection",
            "offer the same answer as a page, such as /readyz",
        )
        return HealthCheck(kind=kind, port=port)
    command = probe.at("exec", "command")
    if command:
        command.imported("a command that checks it")
        return HealthCheck(kind=kind, argv=masked(command.words))
    probe.dropped("a probe that says not what is asked", "add httpGet, tcpSocket or exec")
    return None


def _scheme(at: Cursor, port: int | None, names: Mapping[str, int]) -> None:
    """By TLS is asked where the port's name says so, given or well known."""
    named = next((name for name, each in names.items() if each == port), known_name(port))
    if secure(named) == (at.text.upper() == "HTTPS"):
        at.imported("how it is asked")
    else:
        at.approximated(
            "how it is asked",
            "seatrial asks by TLS where the port's name is https, else by plain HTTP:"
            " rename the port",
        )


def _port(at: Cursor, names: Mapping[str, int]) -> int | None:
    number = at.whole
    if number is None:
        number = names.get(at.text)
    if number is None:
        at.approximated(
            f"a port called {at.text}, which the container does not declare", "add it to ports"
        )
    else:
        at.imported(f"the port {number}")
    return number
