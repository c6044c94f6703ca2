"""The watchdog's mail to a real mail server: encrypted, logged in, or not sent at all."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import ssl
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from seatrial.daemons.watchdog import channels
from seatrial.daemons.watchdog.channels import MailServer, NotAcceptedError
from seatrial.daemons.watchdog.messages import Page

HOST = "127.0.0.1"
PAGE = Page(
    id="watchdog-shop-1-firing",
    incident="watchdog-shop-1",
    at=1795466461.5,
    alert="WatchdogSilent",
    status="firing",
    system="shop",
    team="platform",
    reason="no beat for 40 s",
)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 that only who has the file trusts, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


class _Box:
    """What a mail server took, and from whom."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        how = "encrypted" if session.ssl else "clear"
        who = session.auth_data.decode() if session.authenticated else "nobody"
        self.taken.append(f"{how} {who} {envelope.rcpt_tos[0]}")
        return "250 OK"

    @staticmethod
    def known(_server: Any, _session: Any, _envelope: Any, _how: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        return AuthResult(success=given.password == b"right", auth_data=given.login)


def _delivered(certificate: Path, *, offers: bool, server: Callable[[int], MailServer]) -> Any:
    """What a server that offers STARTTLS or not took of one page."""
    box = _Box()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    def door() -> SMTP:
        if not offers:
            return SMTP(box, hostname="mail")
        return SMTP(
            box,
            hostname="mail",
            tls_context=context,
            require_starttls=True,
            auth_required=True,
            authenticator=box.known,
        )

    async def run() -> None:
        listening = await asyncio.get_running_loop().create_server(door, HOST, 0)
        port = listening.sockets[0].getsockname()[1]
        send = channels.mail(server(port), sender="w@s.example", recipient="ops@s.example")
        try:
            await send(PAGE)
        finally:
            listening.close()

    work: Coroutine[Any, Any, None] = run()
    asyncio.run(work)
    return box.taken


def test_a_mail_server_that_wants_tls_and_a_login_takes_the_page(certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))

    def server(port: int) -> MailServer:
        return MailServer(host=HOST, port=port, tls=trusting, user="shop", password="right")

    taken = _delivered(certificate, offers=True, server=server)
    assert taken == ["encrypted shop ops@s.example"]
    assert "right" not in repr(server(1))


def test_without_tls_and_login_a_mail_goes_in_the_clear(certificate: Path) -> None:
    taken = _delivered(
        certificate, offers=False, server=lambda port: MailServer(host=HOST, port=port)
    )
    assert taken == ["clear nobody ops@s.example"]


@pytest.mark.parametrize("wrong", ["password", "stranger", "no tls"])
def test_nothing_is_sent_to_who_is_not_known_or_does_not_encrypt(
    certificate: Path, wrong: str
) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    tls = ssl.create_default_context() if wrong == "stranger" else trusting
    given = "wrong" if wrong == "password" else "right"
    with pytest.raises(NotAcceptedError, match=f"^{HOST}:"):
        _delivered(
            certificate,
            offers=wrong != "no tls",
            server=lambda port: MailServer(
                host=HOST, port=port, tls=tls, user="shop", password=given
            ),
        )
