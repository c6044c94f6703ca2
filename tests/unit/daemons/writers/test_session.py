"""One session: what is acknowledged, refused, unknown; a server that hangs is left.

psql itself is a stand-in here, for what it says when a server dies at the wrong moment; with a real
one `tests/engines/failover` asks.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from seatrial.daemons.writers.plan import Login
from seatrial.daemons.writers.session import LostError, RefusedError, Session

# Says the end mark once for the connection, then answers each statement by the script.
_PSQL = """\
#!/bin/sh
{first}
read mark; echo .
while read line; do
  case "$line" in '\\echo .') continue;; esac
  {then}
done
"""


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    (tmp_path / "password").write_text("secret\n")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    login = Login(host="127.0.0.1", port=1, user="app", password=tmp_path / "password")
    return Session(login, "db")


def psql(folder: Path, then: str, first: str = "") -> None:
    path = folder / "psql"
    path.write_text(_PSQL.format(first=first, then=then))
    path.chmod(0o755)


def ask(session: Session, *, within: float = 5.0) -> list[str]:
    async def run() -> list[str]:
        try:
            return await session.ask("INSERT", within=within)
        finally:
            await session.close()

    return asyncio.run(run())


def test_an_answer_is_its_lines(session: Session, tmp_path: Path) -> None:
    psql(tmp_path, "echo 7; echo .")
    assert ask(session) == ["7"]


@pytest.mark.parametrize(
    "said",
    [
        "ERROR:  cannot execute INSERT in a read-only transaction",
        "FATAL:  terminating connection due to administrator command",
    ],
)
def test_what_the_server_refuses_was_not_done(session: Session, tmp_path: Path, said: str) -> None:
    psql(tmp_path, f"echo '{said}'; echo .")
    with pytest.raises(RefusedError, match=said.partition(":")[0]):
        ask(session)


def test_without_a_connection_nothing_was_asked(session: Session, tmp_path: Path) -> None:
    psql(tmp_path, "", first="echo 'psql: error: connection refused'; exit 2")
    with pytest.raises(RefusedError, match="connection refused"):
        ask(session)


@pytest.mark.parametrize(
    "then",
    [
        "exit 2",  # the server closed the connection
        "echo 'server closed the connection unexpectedly'; exit 2",
        "exec sleep 60",
        # given up to wait for a standby: committed here, and perhaps only here
        "echo 'WARNING:  canceling wait for synchronous replication'; echo 7; echo .",
    ],
)
def test_what_nobody_answered_is_unknown(session: Session, tmp_path: Path, then: str) -> None:
    psql(tmp_path, then)
    with pytest.raises(LostError):
        ask(session, within=1.0)


def test_after_a_loss_there_is_a_new_connection(session: Session, tmp_path: Path) -> None:
    psql(tmp_path, "exit 2")

    async def run() -> list[str]:
        with pytest.raises(LostError):
            await session.ask("INSERT", within=5.0)
        psql(tmp_path, "echo 8; echo .")
        try:
            return await session.ask("INSERT", within=5.0)
        finally:
            await session.close()

    assert asyncio.run(run()) == ["8"]
