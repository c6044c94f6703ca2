"""A kube-apiserver with its etcd on free loopback ports, and what a test asks it."""

from __future__ import annotations

import datetime as dt
import ipaddress
import secrets
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from seatrial.runtimes.local.install import Installed

_HOST = "127.0.0.1"
_PATIENCE = 180.0  # seconds, on a machine that is very busy
_DAY = dt.timedelta(days=1)
_FIELDS = {"fieldManager": "seatrial-test", "force": "true", "fieldValidation": "Strict"}


class Cluster:
    """What a cluster says of an object, and nothing else: no controller, no node."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._kinds: dict[str, dict[str, Mapping[str, Any]]] = {}

    def apply(self, found: Mapping[str, Any], *, dry: bool = True) -> httpx.Response:
        """A server-side apply; a dry one passes admission and is not kept."""
        return self._client.patch(
            self._path(found),
            params=_FIELDS | ({"dryRun": "All"} if dry else {}),
            headers={"content-type": "application/apply-patch+yaml"},
            json=found,  # JSON is YAML
        )

    def serves(self, version: str, kind: str) -> bool:
        return kind in self._of(version)

    def _path(self, found: Mapping[str, Any]) -> str:
        version, kind = found["apiVersion"], found["kind"]
        one = self._of(version)[kind]
        folder = f"{_group(version)}/"
        if one["namespaced"]:
            folder += f"namespaces/{found['metadata']['namespace']}/"
        return f"{folder}{one['name']}/{found['metadata']['name']}"

    def _of(self, version: str) -> dict[str, Mapping[str, Any]]:
        """The kinds of a group's version as the server lists them, once they are there."""
        if not self._kinds.get(version):
            answer = self._client.get(_group(version))
            listed = answer.json()["resources"] if answer.is_success else ()
            self._kinds[version] = {
                each["kind"]: each for each in listed if "/" not in each["name"]
            }
        return self._kinds[version]

    def forget(self) -> None:
        """Ask again which kinds there are."""
        self._kinds.clear()


def _group(version: str) -> str:
    return f"/apis/{version}" if "/" in version else f"/api/{version}"


def until(ask: Any, what: str) -> None:
    """Ask until it is true."""
    end = time.monotonic() + _PATIENCE
    while not ask():
        assert time.monotonic() < end, f"{what} took longer than {_PATIENCE:.0f} s"
        time.sleep(0.2)


def _port() -> int:
    with socket.socket() as one:
        one.bind((_HOST, 0))
        return int(one.getsockname()[1])


def _keys(folder: Path) -> tuple[Path, Path]:
    """A key, and a certificate of its own for the loopback address."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kube-apiserver")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(_HOST))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    secret, public = folder / "server.key", folder / "server.crt"
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return secret, public


@contextmanager
def _started(argv: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as opened, subprocess.Popen(argv, stdout=opened, stderr=opened) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def cluster(installed: Installed, folder: Path) -> Iterator[Cluster]:
    """Both run until the end of the block; everything that they write lies in the folder."""
    etcd, peer, port = _port(), _port(), _port()
    store, token = f"http://{_HOST}:{etcd}", secrets.token_hex(16)
    key, certificate = _keys(folder)
    tokens = folder / "tokens.csv"
    tokens.write_text(f'{token},seatrial,seatrial,"system:masters"\n')
    log = folder / "apiserver.log"
    with ExitStack() as stack:
        stack.enter_context(
            _started(
                [
                    str(installed.programs["etcd"]),
                    f"--data-dir={folder / 'etcd'}",
                    f"--listen-client-urls={store}",
                    f"--advertise-client-urls={store}",
                    f"--listen-peer-urls=http://{_HOST}:{peer}",
                    "--unsafe-no-fsync",
                ],
                folder / "etcd.log",
            )
        )
        server = stack.enter_context(
            _started(
                [
                    str(installed.programs["kube-apiserver"]),
                    f"--etcd-servers={store}",
                    f"--bind-address={_HOST}",
                    f"--secure-port={port}",
                    # it wants an address that is not the loopback's, and nobody asks for it
                    "--advertise-address=192.0.2.1",
                    "--endpoint-reconciler-type=none",
                    "--service-cluster-ip-range=198.51.100.0/24",
                    f"--tls-cert-file={certificate}",
                    f"--tls-private-key-file={key}",
                    "--service-account-issuer=https://kubernetes.default.svc",
                    f"--service-account-signing-key-file={key}",
                    f"--service-account-key-file={key}",
                    f"--token-auth-file={tokens}",
                    "--anonymous-auth=false",
                    "--authorization-mode=RBAC",
                    f"--cert-dir={folder}",
                ],
                log,
            )
        )
        client = stack.enter_context(
            httpx.Client(
                base_url=f"https://{_HOST}:{port}",
                headers={"authorization": f"Bearer {token}"},
                verify=ssl.create_default_context(cafile=str(certificate)),
                trust_env=False,
                timeout=60,
            )
        )

        def ready() -> bool:
            assert server.poll() is None, log.read_text()[-3000:]
            try:
                return client.get("/readyz").is_success
            except httpx.HTTPError:
                return False

        until(ready, "the start of the API server")
        yield Cluster(client)
