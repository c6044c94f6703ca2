"""Names that seatrial uses itself are refused with the name to write instead."""

from pathlib import Path

import pytest

from seatrial.app import taken
from seatrial.app.plan import Refused, read

SHOP = """\
seatrial: 1
system: shop
teams: {web: {chat: "#web"}}
services:
  NAME: {owner: web, image: shop/api:1, ports: {http: 8000}}
journeys:
  buy: {owner: web, start: NAME, steps: [{get: /}]}
"""


@pytest.mark.parametrize("name", sorted(taken.always()))
def test_st0301_a_name_of_ours(tmp_path: Path, name: str) -> None:
    file = tmp_path / "seatrial.yaml"
    file.write_text(SHOP.replace("NAME", name))
    with pytest.raises(Refused) as refused:
        read(file)
    (found,) = refused.value.problems
    assert (found.code, found.cure) == ("ST0301", f"call it {name}-service")
    assert found.place is not None
    assert found.place.line == 5


def test_another_name_is_nobodys(tmp_path: Path) -> None:
    file = tmp_path / "seatrial.yaml"
    file.write_text(SHOP.replace("NAME", "prometheus-service"))
    assert read(file)[1] == ()


@pytest.mark.parametrize("name", ["members", "writers", "etcd-1", "backups", "repository"])
def test_a_name_of_what_stands_beside_a_store_is_ours_too(tmp_path: Path, name: str) -> None:
    """It passed, and the plan ended with a traceback."""
    file = tmp_path / "seatrial.yaml"
    store = "  db: {engine: postgres, version: '15', owner: web, failover: {}, backup: {}}\n"
    other = f"  db-{name}: {{engine: redis, version: '7', owner: web, durable: false}}\n"
    text = SHOP.replace("NAME", "api").replace("journeys:", f"stores:\n{store}{other}journeys:")
    file.write_text(text)
    with pytest.raises(Refused) as refused:
        read(file)
    assert ("ST0301", f"call it db-{name}-service") in {
        (each.code, each.cure) for each in refused.value.problems
    }
