"""The real prober asks real servers on loopback: each kind, well and wrong, told by its metrics."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import json
import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.88.4.7"
NAME = "shop.test"
DAY = dt.timedelta(days=1)
Daemon = Callable[..., dict[str, str]]


class Authority:
    """One of our own, which makes certificates of any age."""

    def __init__(self, name: str = "authority") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.subject = _called(name)
        extension = x509.BasicConstraints(ca=True, path_length=None)
        built = _about(self.subject, self.subject, self.key, (-DAY, 3650 * DAY))
        self.own = built.add_extension(extension, critical=True).sign(self.key, hashes.SHA256())

    def make(self, folder: Path, name: str, span: tuple[Any, Any], host: str = NAME) -> Path:
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.DNSName(host), x509.IPAddress(ipaddress.ip_address(HOST))]
        signed = (
            _about(_called(host), self.subject, key, span)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        file = folder / f"{name}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + signed.public_bytes(serialization.Encoding.PEM)
        )
        return file


def _called(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _about(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, span: tuple[Any, Any]
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now + span[0],
        not_valid_after=now + span[1],
    )


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status = int(self.path.removeprefix("/"))
        self.send_response(status)
        self.end_headers()
        self.wfile.write(b"all is well")

    def log_message(self, *_: object) -> None:
        pass


class _Mail(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.sendall(b"220 mail.test ESMTP\r\n")
        with contextlib.suppress(ConnectionError):
            if self.request.recv(100).startswith(b"EHLO"):
                self.request.sendall(b"250 at your service\r\n")


class _Names(socketserver.BaseRequestHandler):
    """A name server of one name; others are not there."""

    def handle(self) -> None:
        data, sock = self.request
        asked = dns.message.from_wire(data)
        found = dns.message.make_response(asked)
        question = asked.question[0]
        if str(question.name) == f"{NAME}.":
            found.answer.append(dns.rrset.from_text(question.name, 5, "IN", "A", "192.0.2.7"))
        else:
            found.set_rcode(dns.rcode.NXDOMAIN)
        sock.sendto(found.to_wire(), self.client_address)


@pytest.fixture
def serve() -> Iterator[Callable[..., int]]:
    """Start a server; gives its port."""
    with ExitStack() as stack:

        def begin(server: Any, certificate: Path | None = None) -> int:
            if certificate is not None:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(certificate)
                server.socket = context.wrap_socket(
                    server.socket, server_side=True, do_handshake_on_connect=False
                )
            server.daemon_threads = True
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            stack.callback(server.server_close)
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            return int(server.server_address[1])

        yield begin


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """One that the prober trusts, and no other."""
    found = Authority()
    file = tmp_path / "authority.pem"
    file.write_bytes(found.own.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return found


def check(name: str, kind: str, target: str, **more: Any) -> dict[str, Any]:
    times = {"every_s": 5.0, "timeout_s": 4.5}
    return {"name": name, "kind": kind, "targets": [target], **times, **more}


def page() -> ThreadingHTTPServer:
    return ThreadingHTTPServer((HOST, 0), _Page)


class Told:
    """What the prober's metrics say."""

    def __init__(self, text: str) -> None:
        self._text = text

    def value(self, series: str) -> float | None:
        found = re.search(rf"^{re.escape(series)} (\S+)$", self._text, re.MULTILINE)
        return float(found[1]) if found else None

    def ends(self, name: str) -> str:
        """How the check ended, when it always ended so."""
        pattern = rf'^check_runs_total{{check="{name}",outcome="(\w+)"}} (\S+)$'
        found = [
            outcome
            for outcome, times in re.findall(pattern, self._text, re.MULTILINE)
            if float(times) > 0
        ]
        return ", ".join(found)


@pytest.fixture
def told(daemon: Daemon, tmp_path: Path, wait_until: Callable[..., Any]) -> Callable[..., Told]:
    """Run the prober with these checks until each has ended; gives what it tells."""

    def run(*checks: dict[str, Any]) -> Told:
        plan = tmp_path / "plan.json"
        plan.write_text(json.dumps({"checks": checks}))
        ready = daemon("prober", "--plan", plan)

        def ended() -> Told | None:
            answer = httpx.get(f"http://{ready['http']}/metrics", trust_env=False)
            found = Told(answer.text)
            return found if all(found.ends(each["name"]) for each in checks) else None

        found: Told = wait_until(ended)
        return found

    return run


def test_certificates_are_judged_and_read_trusted_or_not(
    serve: Callable[..., int],
    authority: Authority,
    told: Callable[..., Told],
    tmp_path: Path,
) -> None:
    good = authority.make(tmp_path, "good", (-DAY, 5 * DAY))
    ended = authority.make(tmp_path, "ended", (-3 * DAY, -2 * DAY))
    early = authority.make(tmp_path, "early", (DAY, 2 * DAY))
    foreign = Authority("stranger").make(tmp_path, "foreign", (-DAY, 5 * DAY))
    ports = {each.stem: serve(page(), each) for each in (good, ended, early, foreign)}
    checks = [check(name, "tls", f"{HOST}:{port}", host=NAME) for name, port in ports.items()]
    checks += [
        check("other-name", "tls", f"{HOST}:{ports['good']}", host="other.test"),
        check("not-judged", "tls", f"{HOST}:{ports['ended']}", verify=False),
        check("plain", "tls", f"{HOST}:{serve(page())}"),
        check("page", "http", f"https://{HOST}:{ports['good']}/200", host=NAME),
        check("foreign-page", "http", f"https://{HOST}:{ports['foreign']}/200", host=NAME),
    ]
    found = told(*checks)
    assert {each["name"]: found.ends(each["name"]) for each in checks} == {
        "good": "ok",
        "ended": "expired",
        "early": "not_yet_valid",
        "foreign": "unknown_issuer",
        "other-name": "wrong_name",
        "not-judged": "expired",
        "plain": "handshake",
        "page": "ok",
        "foreign-page": "unknown_issuer",
    }
    now = dt.datetime.now(dt.UTC).timestamp()
    for name, days in {"good": 5, "ended": -2, "early": 2, "foreign": 5, "other-name": 5}.items():
        end = found.value(f'check_certificate_expiry_timestamp_seconds{{check="{name}"}}')
        assert end is not None, name
        assert (end - now) / 86400 == pytest.approx(days, abs=0.1)
    assert found.value('check_up{check="good"}') == 1
    assert found.value('check_up{check="foreign"}') == 0


def test_ports_pages_and_names(serve: Callable[..., int], told: Callable[..., Told]) -> None:
    web = serve(page())
    mail = serve(socketserver.ThreadingTCPServer((HOST, 0), _Mail))
    names = serve(socketserver.ThreadingUDPServer((HOST, 0), _Names))
    with ExitStack() as held:
        silent = held.enter_context(socket.create_server((HOST, 0))).getsockname()[1]
        unused = held.enter_context(socket.create_server((HOST, 0)))
        closed = unused.getsockname()[1]
        unused.close()
        server = f"{HOST}:{names}"
        checks = [
            check("page", "http", f"http://{HOST}:{web}/200", contains="well"),
            check("teapot", "http", f"http://{HOST}:{web}/418"),
            check("teapots", "http", f"http://{HOST}:{web}/418", status=[200, 418]),
            check("other-text", "http", f"http://{HOST}:{web}/200", contains="ill"),
            check("hung", "http", f"http://{HOST}:{silent}/", timeout_s=0.5),
            check("port", "tcp", f"{HOST}:{mail}"),
            check("banner", "tcp", f"{HOST}:{mail}", send="EHLO me\r\n", contains="250 at"),
            check("other-banner", "tcp", f"{HOST}:{mail}", send="NOOP\r\n", contains="250 at"),
            check("closed", "tcp", f"{HOST}:{closed}"),
            check("nowhere", "tcp", "nowhere.invalid:25"),
            check("name", "dns", NAME, server=server, answers=["192.0.2.7"]),
            check("other-name", "dns", NAME, server=server, answers=["192.0.2.8"]),
            check("no-name", "dns", "other.test", server=server),
            check("no-health", "grpc", f"{HOST}:{web}"),
        ]
        found = told(*checks)
    assert {each["name"]: found.ends(each["name"]) for each in checks} == {
        "page": "ok",
        "teapot": "status",
        "teapots": "ok",
        "other-text": "content",
        "hung": "timeout",
        "port": "ok",
        "banner": "ok",
        "other-banner": "content",
        "closed": "refused",
        "nowhere": "unresolved",
        "name": "ok",
        "other-name": "content",
        "no-name": "status",
        "no-health": "closed",
    }


def test_a_ping_is_answered_or_it_is_said_that_none_may_be_sent(
    told: Callable[..., Told],
) -> None:
    found = told(check("host", "icmp", HOST))
    if found.ends("host") == "unknown":  # neither root nor in the group that may
        assert found.value('check_up{check="host"}') is None
    else:
        assert found.ends("host") == "ok"
