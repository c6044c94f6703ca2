"""What stands in for which image, and what it takes of this machine."""

from __future__ import annotations

import pytest

from seatrial.runtimes.compose.images.registry import registry_of
from seatrial.runtimes.compose.images.standin.machine import files, pip
from seatrial.runtimes.compose.images.standin.make import upstream
from seatrial.runtimes.compose.images.standin.recipes import find
from seatrial.runtimes.compose.images.standin.root import merged


@pytest.mark.parametrize(
    ("reference", "name", "version", "suites"),
    [
        ("debian:bookworm-slim", "debian", "", ("bookworm",)),
        ("debian:12.5-slim", "debian", "", ("bookworm",)),
        ("python:3.11-slim", "python", "3.11", ("bookworm", "trixie", "sid")),
        ("python:3.13.1-slim-bookworm", "python", "3.13", ("bookworm", "trixie", "sid")),
        ("nginx:1.28-alpine", "nginx", "1.28", ("bookworm", "trixie", "sid")),
        ("library/postgres:15", "postgres", "15", ("bookworm", "trixie", "sid")),
        ("redis:7", "redis", "7", ("bookworm", "trixie", "sid")),
    ],
)
def test_what_stands_in(reference: str, name: str, version: str, suites: tuple[str, ...]) -> None:
    found = find(reference)
    assert found is not None
    assert (found.name, found.version, found.suites) == (name, version, suites)
    assert found.changes


@pytest.mark.parametrize(
    "reference", ["alpine:3", "acme/python:3.11", "python:latest", "debian:buster", "r.io:5/x/y:1"]
)
def test_nothing_stands_in_for_what_it_would_not_be_like(reference: str) -> None:
    assert find(reference) is None


def test_no_password_goes_into_an_image() -> None:
    told = pip("[global]\nindex-url = https://me:secret@far/simple\ncert = /x\ntimeout = 3\n")
    assert told == "[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n"
    dump = 'Acquire::http::Proxy "http://me:secret@far:3128";\nAcquire::https::Proxy "http://p:1";'
    texts = {path: text for path, text, _ in files("Types: deb\n", dump)}
    assert texts["etc/apt/apt.conf.d/80seatrial"] == 'Acquire::https::Proxy "http://p:1";\n'
    assert pip("not an ini file") == ""


def test_paths_are_those_of_a_merged_usr() -> None:
    assert merged("./bin/sh") == "usr/bin/sh"
    assert merged("./lib64/ld.so") == "usr/lib64/ld.so"
    assert merged("./bin/") == "bin"
    assert merged("./etc/bin/x") == "etc/bin/x"


def test_the_products_version_in_that_of_a_package() -> None:
    assert upstream("1:7.0.15-1~deb12u5") == "7.0.15"
    assert upstream("1.30.1-1") == "1.30.1"
    assert upstream("2.53.3+ds1-2") == "2.53.3"
    assert upstream("12.4+deb12u15") == "12.4"


def test_the_registry_in_a_name() -> None:
    assert registry_of("far.example:5000/a/b:1") == "far.example:5000"
    assert registry_of("python:3.11") == "the default registry"
    assert registry_of("acme/app") == "the default registry"


def test_packages_that_are_installed_in_it_start_no_service() -> None:
    found = find("debian:trixie-slim")
    assert found is not None
    assert dict(found.texts)["usr/sbin/policy-rc.d"].splitlines()[-1] == "exit 101"
