"""A plan, and answers of etcd, as the tests of the mover want them."""

from __future__ import annotations

import base64
import json
from typing import Any

from seatrial.daemons.mover.plan import Plan, Side
from seatrial.daemons.mover.quorum import Config, View

LEADS: dict[str, Any] = {"ttl": 20, "slots": {"region_us": {"type": "physical"}}}
COPY: dict[str, Any] = {"ttl": 20, "standby_cluster": {"host": "a", "port": 1}}
PLAN = Plan(
    store="db",
    after=15.0,
    lease=20.0,
    rpo=20.0,
    quorum={"db-etcd-us": "10.0.0.2:2379", "db-etcd": "10.0.0.1:2379", "db-etcd-ap": "10.0.0.3:1"},
    home=Side(
        region="eu",
        scope="/seatrial/db",
        settings={"standby_cluster": {"host": "b", "port": 2}, "slots": {"region_us": None}},
    ),
    other=Side(
        region="us",
        scope="/seatrial/db-us",
        settings={"standby_cluster": None, "slots": {"region_eu": {"type": "physical"}}},
    ),
    members=("10.0.1.1:8008",),
)


def view(**more: Any) -> View:
    """Home leads, the other region follows it."""
    found: dict[str, Any] = {
        "held": True,
        "home": Config(settings=LEADS, revision=7),
        "told": 1000,
        "headed": True,
        "other": Config(settings=COPY, revision=9),
        "moved": False,
    }
    return View(**(found | more))


def answer(*values: str | None, revision: int = 5) -> bytes:
    """What etcd answers for as many keys; None is one that is not there."""

    def ranged(value: str | None) -> dict[str, Any]:
        if value is None:
            return {"response_range": {"header": {}}}
        kv = {"value": base64.b64encode(value.encode()).decode(), "mod_revision": str(revision)}
        return {"response_range": {"header": {}, "kvs": [kv], "count": "1"}}

    return json.dumps({"succeeded": True, "responses": [ranged(each) for each in values]}).encode()
