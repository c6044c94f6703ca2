"""What the private engine takes away: its own rules, and nobody else's."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3]))
from scripts.docker.firewall import undo

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
