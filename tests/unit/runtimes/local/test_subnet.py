import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.local.home import Home
from seatrial.runtimes.local.placement import FIRST, LAST
from seatrial.runtimes.local.subnet import NAME, _listening, choose, reserve

# one after the other: each listens in a subnet that it has just seen to be free
pytestmark = pytest.mark.xdist_group("subnet")
EVERY = set(range(FIRST, LAST))


@contextmanager
def listening(subnet: int) -> Iterator[socket.socket]:
    with socket.create_server((f"127.{subnet}.9.9", 0)) as one:
        yield one


def idle() -> int:
    """A subnet that no system of this machine has now."""
    return max(EVERY - _listening())


def taken(home: Home, first: int) -> int:
    reserve(home, first)
    found = home.read(NAME)
    assert isinstance(found, int)
    return found


@pytest.mark.parametrize(
    ("first", "listening", "kept", "expected"),
    [
        (40, set(), set(), 40),
        (40, {40, 41}, {42}, 43),
        (LAST - 1, {LAST - 1}, set(), FIRST),
        (40, EVERY - {50}, {50}, 50),  # a system that does not run is asked to move
        (40, set(), EVERY, 40),
    ],
)
def test_the_first_free_one_is_chosen(
    first: int, listening: set[int], kept: set[int], expected: int
) -> None:
    assert choose(first, listening=listening, kept=kept) == expected


def test_a_machine_without_a_free_one_says_so() -> None:
    with pytest.raises(RuntimeFailure, match="every loopback subnet is in use"):
        choose(40, listening=EVERY, kept=set())


def test_where_somebody_listens_is_left_to_them(tmp_path: Path) -> None:
    number = idle()
    with listening(number):
        assert taken(Home(tmp_path / "shop-1"), number) != number


def test_a_connection_that_only_waits_for_its_end_moves_nobody(tmp_path: Path) -> None:
    """Else a system would move at each `down` and `up`, with all its addresses."""
    number = idle()
    with listening(number) as server, socket.create_connection(server.getsockname()) as client:
        accepted, _ = server.accept()
        accepted.close()  # the first to close waits
        assert client.recv(1) == b""
    assert taken(Home(tmp_path / "shop-1"), number) == number


def test_what_was_reserved_stays(tmp_path: Path) -> None:
    home = Home(tmp_path / "shop-1")
    number = idle()
    assert taken(home, number) == number
    with listening(number):
        assert taken(home, FIRST) == number


_RESERVE = (
    "import sys\n"
    "from pathlib import Path\n"
    "from seatrial.runtimes.local.home import Home\n"
    "from seatrial.runtimes.local.subnet import reserve\n"
    "sys.stdin.readline()\n"
    "for number in range(4): reserve(Home(Path(sys.argv[1] + str(number))), 94)\n"
)


def test_systems_that_begin_together_never_agree(tmp_path: Path) -> None:
    """They reserve long before they listen."""
    begun = [
        subprocess.Popen(
            [sys.executable, "-c", _RESERVE, f"{tmp_path}/shop-{each}-"],
            stdin=subprocess.PIPE,
            text=True,
        )
        for each in range(4)
    ]
    for each in begun:
        each.communicate("go\n", timeout=300)
    assert {each.returncode for each in begun} == {0}
    found = [Home(folder).read(NAME) for folder in tmp_path.iterdir()]
    assert len(set(found)) == len(found) == 16


def test_a_folder_that_holds_nonsense_reserves_nothing(tmp_path: Path) -> None:
    number = idle()
    for name, text in {"a": "{", "b": json.dumps(str(number)), "c": ""}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / NAME).write_text(text)
    (tmp_path / "d.lock").write_text(str(number))
    assert taken(Home(tmp_path / "shop-1"), number) == number
