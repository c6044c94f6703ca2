import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

import pytest

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.shared.lock import locked
from seatrial.runtimes.shared.state import State

_HOLD = (
    "import sys, time\n"
    "from pathlib import Path\n"
    "from seatrial.runtimes.shared.lock import locked\n"
    "with locked(Path(sys.argv[1]), '{}'):\n"
    "    print('held', flush=True)\n"
    "    time.sleep(600)\n"
)


@pytest.mark.parametrize(
    ("command", "after"),
    [("prove", "run `seatrial undo`"), ("failover", "look with `seatrial failover`")],
)
def test_a_second_holder_is_told_who_has_it_and_a_dead_one_lets_go(
    tmp_path: Path, command: str, after: str
) -> None:
    path = tmp_path / "state" / "shop.lock"
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD.format(command), str(path)], stdout=subprocess.PIPE, text=True
    ) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            with pytest.raises(RuntimeFailure) as refused, locked(path, "up"):
                pass
            assert refused.value.summary.startswith(f"`seatrial {command}` (pid {holder.pid})")
            assert f"or stop it and {after}" in refused.value.cure
        finally:
            holder.send_signal(signal.SIGKILL)
    with locked(path, "up"):
        assert f'"pid": {os.getpid()}' in path.read_text()


def test_whoever_the_holder_has_started_does_its_work(tmp_path: Path) -> None:
    path = tmp_path / "shop.lock"
    inner = (
        "import sys\n"
        "from pathlib import Path\n"
        "from seatrial.runtimes.shared.lock import locked\n"
        "with locked(Path(sys.argv[1]), 'restore'):\n"
        "    print(Path(sys.argv[1]).read_text())\n"
    )
    with locked(path, "prove"):
        # through a shell, as a page's command may be
        done = subprocess.run(
            ["sh", "-c", '"$0" "$@"; exit $?', sys.executable, "-c", inner, str(path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, '"prove"' in done.stdout) == (0, True), done.stderr
        assert path.exists(), "it is still the holder's"


def test_it_is_free_after_the_block_however_that_ends(tmp_path: Path) -> None:
    path = tmp_path / "shop.lock"
    with pytest.raises(ZeroDivisionError), locked(path, "up"):
        raise ZeroDivisionError
    assert not path.exists()
    with locked(path, "down"):
        assert '"down"' in path.read_text()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', "\x00"])
def test_a_holder_that_left_no_name_is_still_a_holder(tmp_path: Path, text: str) -> None:
    path = tmp_path / "shop.lock"
    path.write_text(text)
    with path.open() as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(RuntimeFailure, match="another seatrial"), locked(path, "up"):
            pass


def test_a_lock_that_its_holder_removed_meanwhile_is_not_held_by_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A holder removes the file; who had it open by then must not believe to hold the lock."""
    path = tmp_path / "shop.lock"
    real = fcntl.flock
    calls: list[int] = []

    def flock(file: IO[str], operation: int) -> Any:
        calls.append(operation)
        if len(calls) == 1:
            path.unlink()
        return real(file, operation)

    monkeypatch.setattr(fcntl, "flock", flock)
    with (
        locked(path, "up"),
        pytest.raises(RuntimeFailure, match="seatrial up"),
        locked(path, "down"),
    ):
        pass


def test_a_part_of_a_system_has_a_lock_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seatrial.runtimes.shared.state.own_base", lambda: tmp_path / "state")
    whole, part = (State.lock("shop", tmp_path, of) for of in ("", "db"))
    assert whole != part
    with locked(whole, "up"), locked(part, "failover"):
        pass
