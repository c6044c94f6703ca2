"""Bad luck: what is killed, lacking or never ends costs nobody else, and is never a page."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from shop import ACTS, HOST, Site, shop

Until = Callable[[Callable[[], Any]], Any]
LONG = 60  # seconds: a machine that is busy
QUICK = [{**each, "within_s": 2} for each in ACTS]


def gone(family: list[psutil.Process]) -> list[str]:
    """Those that are still there after a while."""
    _, alive = psutil.wait_procs(family, timeout=LONG)
    return [" ".join(each.cmdline()[:4]) for each in alive]


def of_kind(here: Any, word: str) -> psutil.Process:
    """The first of its processes whose command line holds the word."""
    for each in here.browsers():
        try:
            if word in " ".join(each.cmdline()):
                return each
        except psutil.Error:
            continue
    raise LookupError(word)


def beside(base: str) -> list[dict[str, Any]]:
    steps = [{"path": "/orders/1"}]
    return [{"name": "plain", "bases": [base], "rate": 2, "timeout_s": 10, "steps": steps}]


def test_a_prober_that_is_killed_leaves_no_browser(look: Any, site: Site, until: Until) -> None:
    here = look(site.url)
    until(lambda: here.runs("ok") >= 1)
    site.hangs.set()  # some of it is busy
    words = of_kind(here, "--user-data-dir").cmdline()
    family = here.browsers()
    here.daemon.kill()
    assert gone(family) == []
    profile = next(word for word in words if word.startswith("--user-data-dir="))
    assert not Path(profile.partition("=")[2]).exists()


def test_one_that_is_told_to_end_leaves_none_either(look: Any, site: Site, until: Until) -> None:
    here = look(site.url)
    until(lambda: here.runs("ok") >= 1)
    family = here.browsers()
    assert here.daemon.end() == 0
    assert gone(family) == []


@pytest.mark.parametrize("victim", ["--user-data-dir", "playwright/driver", "prober.browser"])
def test_a_browser_that_is_killed_fails_nobody_and_comes_back(
    look: Any, site: Site, until: Until, victim: str
) -> None:
    """Chromium, what drives it, the process that holds both."""
    here = look(site.url)
    until(lambda: here.runs("ok") >= 1)
    site.hangs.set()
    until(lambda: here.counted("journey_in_flight") >= 1)
    of_kind(here, victim).kill()
    until(lambda: here.counted("journey_unknown_total") >= 1)
    site.hangs.clear()
    before = here.runs("ok")
    until(lambda: here.runs("ok") > before)
    assert here.runs("failed") == here.runs("refused") == 0


def test_a_page_whose_process_ends_is_unknown(look: Any, site: Site, until: Until) -> None:
    here = look(site.url)
    until(lambda: here.runs("ok") >= 1)
    site.home = "<script>while (true) {}</script>"
    until(lambda: here.counted("journey_in_flight") >= 1)

    def struck() -> bool:
        with suppress(LookupError, psutil.Error):
            of_kind(here, "--type=renderer").kill()
        return bool(here.counted("journey_unknown_total") >= 1)

    until(struck)
    assert any(each["outcome"] == "unknown" for each in here.logged("journey"))
    assert here.runs("failed") == 0


def test_a_page_that_hangs_stalls_nobody_else(look: Any, site: Site, until: Until) -> None:
    site.home = "<script>while (true) {}</script>"
    with shop() as other:
        here = look(site.url, acts=QUICK, beside=beside(other.url))
        until(lambda: here.runs("timeout") + here.runs("unexpected") >= 1)
        plain = here.counted("journey_requests_total", journey="plain", outcome="ok")
        assert plain >= 2
        assert here.counted("journey_blind_seconds_total", journey="plain") == 0
        site.home = ""
        until(lambda: here.counted("journey_requests_total", journey="sign-in", outcome="ok") >= 1)


@pytest.fixture
def no_chromium(tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "sh").symlink_to(shutil.which("sh") or "/bin/sh")
    return {"PATH": str(folder)}


@pytest.fixture
def no_package(tmp_path: Path) -> dict[str, str]:
    """As Python tells of a package that is not there."""
    folder = tmp_path / "lib/playwright"
    folder.mkdir(parents=True)
    missing = "raise ModuleNotFoundError(\"No module named 'playwright'\", name='playwright')\n"
    (folder / "__init__.py").write_text(missing)
    return {"PYTHONPATH": str(folder.parent)}


@pytest.mark.parametrize(
    "lacks",
    [("no_chromium", "no Chromium is installed here"), ("no_package", "seatrial[browser]")],
)
def test_where_nobody_can_look_runs_are_unknown(
    look: Any,
    site: Site,
    until: Until,
    request: pytest.FixtureRequest,
    lacks: tuple[str, str],
) -> None:
    fixture, says = lacks
    env = request.getfixturevalue(fixture)
    here = look(site.url, env=env, beside=beside(site.url))
    until(lambda: here.counted("journey_unknown_total") >= 2)
    until(lambda: here.counted("journey_requests_total", journey="plain", outcome="ok") >= 2)
    assert here.counted("journey_requests_total", journey="sign-in") == 0
    assert here.counted("journey_last_failure_timestamp_seconds", journey="sign-in") == 0
    told = here.logged("journey")
    assert any(says in each["fault"] for each in told)
    assert {each["outcome"] for each in told} == {"unknown"}


def test_without_such_a_journey_there_is_no_process(look: Any, site: Site, until: Until) -> None:
    here = look(site.url)
    until(lambda: here.runs("ok") >= 1)
    family = here.browsers()
    plan = here.folder / "plan.json"
    plan.write_text(json.dumps({"journeys": beside(site.url)}))
    here.daemon.process.send_signal(signal.SIGHUP)
    until(lambda: here.counted("journey_requests_total", journey="plain", outcome="ok") >= 1)
    assert gone(family) == []
    assert here.browsers() == []


@pytest.fixture
def secured(tmp_path: Path) -> Iterator[Site]:
    """The shop with a certificate that nobody trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.example")])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName("shop.example"), x509.IPAddress(ipaddress.ip_address(HOST))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    files = tmp_path / "cert.pem", tmp_path / "key.pem"
    files[0].write_bytes(certificate.public_bytes(pem))
    plain = serialization.NoEncryption()
    files[1].write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    with shop(files) as found:
        yield found


def test_a_certificate_is_judged_where_it_is_said(look: Any, secured: Site, until: Until) -> None:
    here = look(secured.url, verify=True)
    until(lambda: here.runs("refused") >= 1)
    fault = until(here.said)[0]["fault"]
    assert fault == "open /login: ERR_CERT_AUTHORITY_INVALID"


def test_a_name_is_asked_for_where_it_is(look: Any, secured: Site, until: Until) -> None:
    here = look(secured.url, verify=False, host="shop.example")
    until(lambda: here.runs("ok") >= 1)
