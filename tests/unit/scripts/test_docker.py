"""What the private engine takes away: its own rules, and nobody else's."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3]))
from scripts.docker import machine
from scripts.docker.firewall import undo
from scripts.docker.place import Place

from seatrial.contract.runtime import RuntimeFailure

_EMPTY = "-P INPUT ACCEPT\n-P FORWARD ACCEPT\n"
_DOCKER = """\
-P INPUT ACCEPT
-P FORWARD DROP
-N DOCKER
-N DOCKER-USER
-A FORWARD -j DOCKER-USER
-A FORWARD -o br-0123456789ab -j DOCKER
-A FORWARD -s 192.0.2.0/24 -m comment --comment "an admin's own" -j DROP
-A FORWARD -i seatrialabc -o seatrialabc -j ACCEPT
-A POSTROUTING -s 10.213.4.0/24 ! -o br-0123456789ab -j MASQUERADE
-A DOCKER -d 10.213.4.2/32 -j ACCEPT
"""
_MARKS = ("seatrialabc", "10.213.")


def test_rules_go_first_then_chains_and_the_policy_comes_back() -> None:
    assert undo(_EMPTY, _DOCKER, _MARKS) == (
        ("-D", "FORWARD", "-j", "DOCKER-USER"),
        ("-D", "FORWARD", "-o", "br-0123456789ab", "-j", "DOCKER"),
        ("-D", "FORWARD", "-i", "seatrialabc", "-o", "seatrialabc", "-j", "ACCEPT"),
        (
            *("-D", "POSTROUTING", "-s", "10.213.4.0/24"),
            *("!", "-o", "br-0123456789ab", "-j", "MASQUERADE"),
        ),
        ("-F", "DOCKER"),
        ("-F", "DOCKER-USER"),
        ("-X", "DOCKER"),
        ("-X", "DOCKER-USER"),
        ("-P", "FORWARD", "ACCEPT"),
    )


def test_what_another_docker_left_before_stays() -> None:
    assert undo(_DOCKER, _DOCKER, _MARKS) == ()


def test_a_rule_that_is_there_twice_now_goes_once() -> None:
    line = "-A FORWARD -j DOCKER-USER\n"
    assert undo(line, line * 2, ()) == (("-D", "FORWARD", "-j", "DOCKER-USER"),)


@pytest.mark.parametrize("line", ["-A INPUT -p tcp -j ACCEPT", "-N mine", "-P INPUT DROP"])
def test_what_somebody_else_added_meanwhile_stays(line: str) -> None:
    assert undo(_EMPTY, _EMPTY + line + "\n", _MARKS) == ()


def test_beside_another_engine_only_what_bears_our_marks_goes() -> None:
    found = undo(_EMPTY, _DOCKER, _MARKS, shared=True)
    assert [each[:2] for each in found] == [
        ("-D", "FORWARD"),
        ("-D", "POSTROUTING"),
        ("-D", "DOCKER"),
    ]


def _iptables(folder: Path, script: str) -> dict[str, str]:
    program = folder / "iptables"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin"}


def test_a_packet_filter_that_cannot_be_read_is_not_an_empty_one(tmp_path: Path) -> None:
    env = _iptables(tmp_path, "echo 'Resource temporarily unavailable' >&2; exit 4")
    with pytest.raises(RuntimeFailure, match="table filter cannot be read") as caught:
        machine.note(Place(tmp_path), env)
    assert caught.value.logs == ("Resource temporarily unavailable",)
    assert not Place(tmp_path).before.exists()


def test_a_table_that_the_kernel_lacks_has_no_rules(tmp_path: Path) -> None:
    env = _iptables(tmp_path, 'echo "can\'t initialize raw: Table does not exist" >&2; exit 3')
    machine.note(Place(tmp_path), env)
    noted = json.loads(Place(tmp_path).before.read_text())
    assert set(noted["rules"].values()) == {""}


def test_a_rule_that_stays_keeps_the_note_for_another_attempt(tmp_path: Path) -> None:
    place = Place(tmp_path)
    machine.note(place, _iptables(tmp_path, "exit 0"))
    stays = f"-A FORWARD -i {place.bridge} -j ACCEPT"
    with pytest.raises(RuntimeFailure, match="left in the packet filter's table filter") as caught:
        machine.restore(place, _iptables(tmp_path, f'echo "{stays}"'))
    assert caught.value.logs == (stays.replace("-A", "-D"),)
    assert place.before.exists()
