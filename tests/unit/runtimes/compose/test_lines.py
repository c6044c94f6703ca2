"""Whose lines can be collected, and where the reader finds them."""

from types import SimpleNamespace
from typing import Any

import pytest

from seatrial.engines.otelcol import docker
from seatrial.runtimes.compose.lines import OLDER, Written, folder, links, unreadable


def client(**changes: Any) -> Any:
    known = {"podman": False, "rootless": False, "security": (), "root": "/var/lib/docker"}
    return SimpleNamespace(**(known | changes))


def test_an_engine_of_roots_has_a_folder_of_lines() -> None:
    plain = client(security=("name=seccomp,profile=builtin", "name=apparmor"))
    assert unreadable(plain) == ""
    assert folder(plain) == "/var/lib/docker/containers"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"podman": True}, "Podman"),
        ({"rootless": True}, "ordinary user"),
        ({"security": ("name=userns",)}, "user namespaces"),
        ({"security": ("name=selinux",)}, "SELinux"),
        ({"root": ""}, "does not say"),
    ],
)
def test_where_lines_cannot_be_read_the_reason_and_the_cure_are_told(
    changes: dict[str, Any], reason: str
) -> None:
    told = unreadable(client(**changes))
    assert reason in told
    assert "--runtime local" in told
    assert folder(client(**changes)) == ""


def test_links_lead_to_one_containers_files_alone() -> None:
    first, *rest = links([Written(workload="api", replica=1, container="abc")])
    assert first.path == "logs"
    assert [(each.path, each.link) for each in rest] == [
        (f"logs/api.1.log{older}", f"/containers/abc/abc-json.log{older}")
        for older in ("", *(f".{number}" for number in range(1, OLDER + 1)))
    ]


def test_the_collector_looks_for_exactly_what_is_linked() -> None:
    _, *rest = links([Written(workload="api", replica=1, container="abc")])
    assert {each.path for each in rest} == {
        f"logs/{name}" for name in docker.reading([("api", 1)]).files
    }
