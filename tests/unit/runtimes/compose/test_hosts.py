"""Which container engine is asked, and in which order."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.client import failures, open_client
from seatrial.runtimes.compose.hosts import Host, hosts, sockets


def test_docker_host_is_the_only_one_that_is_asked() -> None:
    (found,) = hosts({"DOCKER_HOST": "ssh://me@far", "DOCKER_CONTEXT": "none"})
    assert (found.url, found.chosen) == ("ssh://me@far", True)


def test_a_context_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    with pytest.raises(RuntimeFailure, match="no context far") as caught:
        list(hosts({"DOCKER_CONTEXT": "far"}))
    assert "docker context ls" in caught.value.cure


def test_sockets_of_docker_come_before_those_of_podman() -> None:
    assert sockets({"XDG_RUNTIME_DIR": "/run/user/7"}) == (
        "/var/run/docker.sock",
        "/run/user/7/docker.sock",
        "/run/user/7/podman/podman.sock",
        "/run/podman/podman.sock",
    )
    assert sockets({}, user=9)[1] == "/run/user/9/docker.sock"


@pytest.mark.parametrize(
    ("error", "summary", "cure"),
    [
        (PermissionError(13, "Permission denied"), "you may not use", "group `docker`"),
        (OSError(28, "No space left on device"), "the disk of the container", "prune"),
        (OSError(98, "address already in use"), "a port is taken", "ss -ltnp"),
        (ConnectionRefusedError(111, "Connection refused"), "does not answer", "start it"),
        (TimeoutError("Read timed out"), "in time", "overloaded"),
    ],
)
def test_an_error_of_the_engine_becomes_a_sentence_with_a_cure(
    error: OSError, summary: str, cure: str
) -> None:
    with pytest.raises(RuntimeFailure) as caught, failures("pulling x"):
        raise error
    assert summary in caught.value.summary
    assert "pulling x" in caught.value.summary
    assert cure in caught.value.cure


@pytest.mark.parametrize(
    "url", ["tcp://host:notaport", "tcp://host", "fd://3", "unix://a?b=c", "tcp://[::1:2375"]
)
def test_an_address_that_is_none_is_told_with_its_variables(url: str) -> None:
    with pytest.raises(RuntimeFailure, match="is not the address of a container engine") as caught:
        list(hosts({"DOCKER_HOST": url}))
    assert "DOCKER_HOST" in caught.value.cure


def test_lost_certificates_are_told_with_their_variables(tmp_path: Path) -> None:
    environ = {
        "DOCKER_HOST": "tcp://127.0.0.1:2376",
        "DOCKER_TLS_VERIFY": "1",
        "DOCKER_CERT_PATH": str(tmp_path),
    }
    with pytest.raises(RuntimeFailure, match="certificates") as caught:
        list(hosts(environ))
    assert "DOCKER_CERT_PATH" in caught.value.cure


@pytest.mark.parametrize(
    ("url", "far"),
    [
        ("unix:///var/run/docker.sock", False),
        ("tcp://127.0.0.1:2375", False),
        ("tcp://localhost:2375", False),
        ("tcp://[::1]:2375", False),
        ("tcp://other:2375", True),
        ("tcp://10.0.0.7:2376", True),
        ("ssh://me@far", True),
    ],
)
def test_an_engine_on_another_machine_is_known_by_its_address(url: str, *, far: bool) -> None:
    assert Host(url=url).remote is far


def test_a_socket_behind_ssh_may_be_named() -> None:
    (found,) = hosts({"DOCKER_HOST": "ssh://me@far:2222/run/user/1000/docker.sock"})
    assert found.remote
    with pytest.raises(RuntimeFailure, match="is not the address of a container engine"):
        list(hosts({"DOCKER_HOST": "ssh://me@far:many/run/docker.sock"}))


def test_without_the_program_ssh_its_absence_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RuntimeFailure, match="the program ssh is not there") as caught:
        open_client({"DOCKER_HOST": "ssh://me@far"})
    assert "install" in caught.value.cure
