"""A service that speaks TLS, asked by the real blackbox exporter, Prometheus and the prober."""

from __future__ import annotations

import datetime as dt
import http.server
import os
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from seatrial.app.plan import Plan, plan
from seatrial.contract.placeholder import resolve
from seatrial.contract.placement import Link, Location, Placement, Seat
from seatrial.engines.prometheus import config
from seatrial.runtimes.local.engines import Engines
from seatrial.runtimes.memory import MemoryRuntime

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("rules-tls")]
HOST = "127.88.6.1"
NAME = "shop.acme.example"
LEFT = dt.timedelta(days=5)  # less than the two weeks of CertificateExpires
SYSTEM = """\
seatrial: 1
system: shop
teams:
  web: {{chat: "#web", email: web@shop.example}}
services:
  gateway:
    owner: web
    image: shop/gateway:1
    ports: {{https: {port}}}
    exposed: true
    hostname: {name}
    health: {{ready: /readyz}}
    metrics: {{port: https, path: /a/metrics}}
  other:
    owner: web
    image: shop/other:1
    ports: {{https: {port}}}
    health: {{ready: /readyz}}
    metrics: {{port: https, path: /a-metrics}}
journeys:
  buy: {{owner: web, start: gateway, steps: [{{get: /}}]}}
"""
RUNNING = ("prometheus", "blackbox-exporter", "prober")


class _Door(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = f'page{{path="{self.path}"}} 1\n'.encode()
        self.send_response(200 if self.headers["Host"].split(":")[0] in {NAME, HOST} else 421)
        self.send_header("content-type", "text/plain; version=0.0.4")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@dataclass(frozen=True, kw_only=True)
class Shop:
    """A server whose certificate it has signed itself; `port` is where it listens."""

    port: int
    certificate: Path


def _certificate(folder: Path, name: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(whose)
        .issuer_name(whose)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + LEFT)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(secret + made.public_bytes(Encoding.PEM))
    return file


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    file = _certificate(tmp_path, NAME)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server = http.server.ThreadingHTTPServer((HOST, 0), _Door)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Shop(port=server.server_address[1], certificate=file)
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass(frozen=True, kw_only=True)
class Places:
    """The shop where it listens, free ports for what is started, the rest written down only."""

    port: int

    def place(self, seats: tuple[Seat, ...], links: tuple[Link, ...]) -> Placement:
        found = MemoryRuntime(clock=lambda: 0.0).place(seats, links)
        with ExitStack() as held:
            locations = tuple(self._at(each, held) for each in found.locations)
        return replace(found, locations=locations)

    def _at(self, each: Location, held: ExitStack) -> Location:
        if each.workload in {"gateway", "other"}:
            return replace(each, address=HOST, ports={"https": self.port})
        if each.workload not in RUNNING:
            return each
        free = held.enter_context(socket.create_server((HOST, 0))).getsockname()[1]
        return replace(each, address=HOST, ports={"http": free})


Start = Callable[..., Plan]


@pytest.fixture
def start(shop: Shop, engines: Engines, tmp_path: Path) -> Iterator[Start]:
    """Plan the shop, and start what asks it; `trust` is a file of authorities."""
    processes: list[subprocess.Popen[bytes]] = []

    def begin(environment: str, *names: str, trust: Path | None = None) -> Plan:
        file = tmp_path / "seatrial.yaml"
        file.write_text(SYSTEM.format(port=shop.port, name=NAME), encoding="utf-8")
        found = plan(file, Places(port=shop.port), environment=environment)
        for work in (each for each in found.workloads if each.name in names):
            folder = tmp_path / environment / work.name
            (location,) = found.placement.of(work.name)
            known = {
                "self.dir": str(folder),
                "self.address": location.address,
                "self.ports.http": str(location.ports["http"]),
            }
            for each in work.files:
                path = folder / each.path
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(resolve(each.text, known.get), encoding="utf-8")
            folder.mkdir(parents=True, exist_ok=True)
            program, *words = (resolve(each, known.get) for each in work.argv)
            path = sys.executable if program == "python" else engines.program(work.engine, program)
            if path is None:
                pytest.skip(f"{program} is not installed: run `seatrial engines install`")
            own = engines.environment(work.engine) if work.engine else {}
            trusted = {} if trust is None else {"SSL_CERT_FILE": str(trust)}
            with (folder / "log").open("wb") as log:
                processes.append(
                    subprocess.Popen(
                        [str(path), *words],
                        cwd=folder,
                        env={**os.environ, **own, **trusted},
                        stdout=log,
                        stderr=log,
                    )
                )
        return found

    yield begin
    for each in processes:
        each.kill()
        each.wait()


def _get(found: Plan, workload: str, path: str, **params: str) -> httpx.Response:
    url = f"http://{found.placement.endpoint(workload, 'http')}{path}"
    return httpx.get(url, params=params, trust_env=False, timeout=30)


def probed(found: Plan, kind: str) -> dict[str, float]:
    """What the exporter tells of the gateway, asked as Prometheus would."""
    (target,) = (
        each
        for each in found.declarations.targets
        if (each.subject, each.kind) == ("gateway", kind)
    )
    (location,) = found.placement.of("gateway")
    asked = {**target.params, "target": config.asked(target, location)}
    lines = _get(found, "blackbox-exporter", target.path, **asked).text.splitlines()
    values = (each.rsplit(" ", 1) for each in lines if each and not each.startswith("#"))
    return {name: float(value) for name, value in values}


def walked(found: Plan) -> dict[str, float]:
    """How often a run of the journey ended how."""
    lines = _get(found, "prober", "/metrics").text.splitlines()
    runs = (each.rsplit(" ", 1) for each in lines if each.startswith("journey_requests_total{"))
    return {name.split('outcome="')[1].split('"')[0]: float(value) for name, value in runs}


def asked_of(found: Plan, expr: str) -> list[dict[str, Any]]:
    answer = _get(found, "prometheus", "/api/v1/query", query=expr)
    if not answer.is_success:  # it begins
        return []
    result: list[dict[str, Any]] = answer.json()["data"]["result"]
    return result


def test_in_a_rehearsal_anybody_may_have_signed_it_and_its_end_is_seen(
    start: Start, wait_until: Callable[[Callable[[], Any]], Any]
) -> None:
    found = start("rehearsal", *RUNNING)
    wait_until(lambda: asked_of(found, 'probe_success{kind="probe",service="gateway"} == 1'))
    (expr,) = (
        each.expr
        for each in found.declarations.alerts
        if (each.name, each.subject) == ("CertificateExpires", "gateway")
    )
    left, _, _ = expr.rpartition(" < ")
    (sample,) = wait_until(lambda: asked_of(found, left))
    assert 0 < float(sample["value"][1]) <= LEFT.total_seconds()
    # its own metrics page is read by TLS, too, and nothing of it pages
    wait_until(lambda: asked_of(found, 'up{kind="service",service="gateway"} == 1'))
    wait_until(lambda: walked(found)["ok"] >= 3)
    assert walked(found)["refused"] == 0
    # two paths that give one job its name: each is asked for its own, and by its own name
    services = {"gateway": "/a/metrics", "other": "/a-metrics"}
    for service, path in services.items():
        (page,) = wait_until(
            lambda service=service: asked_of(found, f'page{{service="{service}"}}')
        )
        assert page["metric"]["path"] == path
    (probes,) = {each.job for each in found.declarations.targets if each.kind == "probe"}
    wait_until(
        lambda: len(asked_of(found, f'probe_success{{job="{probes}"}} == 1')) == len(services)
    )
    firing = wait_until(lambda: asked_of(found, 'ALERTS{service="gateway",alertstate="firing"}'))
    assert {each["metric"]["alertname"] for each in firing} == {"CertificateExpires"}


@pytest.mark.parametrize("trusted", [True, False])
def test_in_production_the_chain_and_the_name_are_judged_and_the_end_is_seen_all_the_same(
    start: Start,
    shop: Shop,
    wait_until: Callable[[Callable[[], Any]], Any],
    tmp_path: Path,
    *,
    trusted: bool,
) -> None:
    stranger = _certificate(tmp_path, "stranger.example")
    trust = shop.certificate if trusted else stranger
    found = start("production", "blackbox-exporter", "prober", trust=trust)
    seen = wait_until(lambda: probed(found, "probe"))
    assert seen["probe_success"] == float(trusted)
    ends = probed(found, "certificate")
    assert ends["probe_success"] == 1
    assert ends["probe_ssl_earliest_cert_expiry"] > 0
    wait_until(lambda: walked(found)["ok" if trusted else "refused"] >= 1)
    assert walked(found)["refused" if trusted else "ok"] == 0
