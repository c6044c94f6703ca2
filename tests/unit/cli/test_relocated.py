"""A move between regions is one order's at a time."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, cast

import click
import pytest

from seatrial.app.failover import Cluster
from seatrial.app.orders import Orders
from seatrial.app.relocation import Relocation, Step
from seatrial.cli import relocated as screen
from seatrial.cli.relocated import rebuilt, relocated
from seatrial.contract.runtime import Runtime, RuntimeFailure

BUSY = "`seatrial failover` (pid 7) is at work on this system"


class Held:
    """A runtime whose lock somebody has, or nobody."""

    def __init__(self, *, busy: bool) -> None:
        self.busy, self.asked = busy, [""]

    def locked(self, command: str, of: str = "") -> AbstractContextManager[None]:
        self.asked.append(f"{command} {of}")
        if self.busy:
            raise RuntimeFailure(BUSY, "")
        return nullcontext()


def sites(runtime: Held) -> list[Cluster]:
    return [
        Cluster(
            store="db", region=region, front="db", workload="db-members", witnesses=(),
            replicas=1, synchronous=True, rpo=10.0, stream=None, orders=(),
            runtime=cast("Runtime", runtime),
        )
        for region in ("eu", "us")
    ]  # fmt: skip


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Step, ...]]:
    """What was carried out; all of it is to be done, and may be."""
    found: list[tuple[Step, ...]] = []
    steps = (Step.FENCE, Step.PROMOTE)
    monkeypatch.setattr(Relocation, "planned", lambda _move: steps)
    monkeypatch.setattr(Relocation, "anew", lambda _move: (Step.FENCE, Step.ANEW))
    monkeypatch.setattr(Relocation, "allowed", lambda *_: "nothing is lost")
    monkeypatch.setattr(Relocation, "archived", lambda *_: None)
    monkeypatch.setattr(Relocation, "since", lambda *_: 0.0)
    monkeypatch.setattr(Relocation, "carried_out", lambda _move, each, *_: found.append(each))
    monkeypatch.setattr(screen, "measured", lambda *_: None)
    return found


@pytest.mark.parametrize("yes", [True, False])
def test_a_second_order_is_refused_and_does_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, done: list[Any], *, yes: bool
) -> None:
    monkeypatch.setattr(screen, "agreed", lambda _: None)
    orders = Orders(folder=tmp_path)
    with pytest.raises(RuntimeFailure, match="is at work"):
        relocated(
            sites(Held(busy=True)), "us", orders=orders, accepted=None, dry_run=False, yes=yes
        )
    with pytest.raises(RuntimeFailure, match="is at work"):
        rebuilt(sites(Held(busy=True)), "eu", dry_run=False, yes=yes)
    assert (done, orders.told("db", 1.0)) == ([], "")


def test_nobody_is_kept_waiting_by_whoever_is_asked_or_only_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, done: list[Any]
) -> None:
    runtime, orders = Held(busy=False), Orders(folder=tmp_path)

    def refused(_question: str) -> None:
        assert runtime.asked == [""], "it is not held while somebody thinks"
        raise click.Abort

    monkeypatch.setattr(screen, "agreed", refused)
    relocated(sites(runtime), "us", orders=orders, accepted=None, dry_run=True, yes=False)
    with pytest.raises(click.Abort):
        relocated(sites(runtime), "us", orders=orders, accepted=None, dry_run=False, yes=False)
    assert (done, orders.told("db", 1.0)) == ([], "")


def test_an_order_is_kept_however_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, done: list[Any]
) -> None:
    runtime, orders = Held(busy=False), Orders(folder=tmp_path)
    with pytest.raises(SystemExit) as ended:
        relocated(sites(runtime), "us", orders=orders, accepted=600.0, dry_run=False, yes=True)
    assert (ended.value.code, runtime.asked[-1], len(done)) == (0, "failover db", 1)
    assert orders.told("db", 9e9).endswith("a loss of 10 min; what was lost nobody knows")

    def broken(*_: object) -> None:
        raise RuntimeFailure("it was not seen", "")

    monkeypatch.setattr(screen, "measured", broken)
    with pytest.raises(RuntimeFailure):
        relocated(sites(runtime), "us", orders=orders, accepted=None, dry_run=False, yes=True)
    assert orders.told("db", 9e9).endswith("; it was not seen")
