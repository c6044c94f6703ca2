"""What an `up` leaves behind that was refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from seatrial.app import apply
from seatrial.contract.output import Workload
from seatrial.contract.runtime import Progress, RuntimeFailure
from seatrial.runtimes.memory import MemoryRuntime

SHOP = """\
seatrial: 1
system: shop
teams: {web: {chat: "#web"}}
services:
  api: {owner: web, image: shop/api:1, ports: {http: 8000}}
promises: [R01, R03]
"""


class Refusing(MemoryRuntime):
    """Nothing can be had here; what was reserved is noted, as in the files of a real one."""

    system = "shop"

    def __init__(self, *, begun: bool) -> None:
        super().__init__(clock=lambda: 0.0)
        self.reserved = begun

    def begun(self) -> bool:
        return self.reserved

    def reserve(self, file: Path) -> None:
        del file
        self.reserved = True

    def provide(
        self, workloads: tuple[Workload, ...], progress: Callable[[Progress], None]
    ) -> None:
        del workloads, progress
        raise RuntimeFailure("nothing runs from compose.yaml", "run `docker compose up -d`")

    def down(self, *, purge: bool, progress: Callable[[Progress], None]) -> None:
        del progress
        assert not purge
        self.reserved = False


@pytest.mark.parametrize("begun", [False, True])
def test_a_refused_up_leaves_what_was_there_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, begun: bool
) -> None:
    file = tmp_path / "seatrial.yaml"
    file.write_text(SHOP)
    runtime = Refusing(begun=begun)
    monkeypatch.setattr(apply, "open_runtime", lambda *_args, **_named: runtime)
    with pytest.raises(RuntimeFailure, match="nothing runs"):
        apply.up(file, overwrite=False, progress=lambda _progress: None)
    assert runtime.reserved is begun


def test_who_looks_at_differences_makes_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = tmp_path / "states"
    monkeypatch.setenv("SEATRIAL_HOME", str(states))
    file = tmp_path / "seatrial.yaml"
    own = "run: python3 api.py, environment: {KEY: {secret: KEY}}"
    file.write_text(SHOP.replace("image: shop/api:1", own))
    found = apply.differences(file)
    assert found.planned.secrets
    assert found.changes
    assert found.left is None
    assert not list(states.rglob("secrets"))
