"""Orders to a front: what is refused, how they are given, and when they are obeyed."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import Any, cast

import pytest

from seatrial.app.traffic import Way
from seatrial.app.unclear import Unclear
from seatrial.capabilities.failover.users.place import Front
from seatrial.contract.runtime import Answer, Runtime, RuntimeFailure
from seatrial.engines.haproxy.front import Order

FRONT = Front(
    service="shop",
    name="shop-front",
    port="http",
    number=80,
    workloads={"eu": "shop", "us": "shop-us"},
)


class Fronts:
    """A front that takes orders, in which so much is under way at each look."""

    def __init__(self, *busy: int, ready: tuple[int, int] = (1, 1)) -> None:
        self.orders = {"eu": "none", "us": "none"}
        self.busy, self.ready = list(busy), ready
        self.put_: list[tuple[str, str]] = []
        self.asked: list[tuple[str, str, Any]] = []
        self.status = 200

    def known_secrets(self, names: tuple[str, ...]) -> dict[str, str]:
        return dict.fromkeys(names, "key")

    def locked(self, command: str) -> nullcontext[None]:
        assert command == "traffic"
        return nullcontext()

    def put(self, _workload: str, path: str, text: str) -> None:
        self.put_.append((path, text))

    def request(self, method: str, workload: str, _port: str, path: str, *, headers: Any) -> Answer:
        assert workload == "shop-front"
        self.asked.append((method, path, headers))
        if method == "PUT":
            words = path.partition("?")[2].split("&")
            self.orders = dict(each.split("=") for each in words)
        takes = next(
            (r for r, o in self.orders.items() if o == "first"),
            next(r for r, o in self.orders.items() if o != "drain"),
        )
        count = (self.busy.pop(0) if len(self.busy) > 1 else self.busy[0]) if self.busy else 0
        regions = {
            region: {
                "order": self.orders[region],
                "ready": ready,
                "steady": ready,
                "busy": 0 if region == takes else count,
            }
            for region, ready in zip(("eu", "us"), self.ready, strict=True)
        }
        body = json.dumps({"takes": takes, "regions": regions}).encode()
        return Answer(status=self.status, body=body)


def way(fronts: Fronts) -> Way:
    return Way(front=FRONT, runtime=cast("Runtime", fronts))


def obeyed(fronts: Fronts, orders: Any) -> str:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    return way(fronts).obeyed(orders, lambda: now[0], sleep).takes


def test_an_order_says_something_of_each_region() -> None:
    one = way(Fronts())
    assert one.order() == {"eu": Order.NONE, "us": Order.NONE}
    assert one.order(first="us") == {"eu": Order.NONE, "us": Order.FIRST}
    assert one.order(drained=("eu",)) == {"eu": Order.DRAIN, "us": Order.NONE}


def test_what_would_leave_users_with_nobody_is_refused() -> None:
    one = way(Fronts())
    with pytest.raises(Unclear, match="no region of shop is called uz"):
        one.order(first="uz")
    with pytest.raises(Unclear, match="nobody would take users of shop: each region is drained"):
        one.order(drained=("eu", "us"))
    ill = way(Fronts(ready=(1, 0)))
    for orders in (ill.order(first="us"), ill.order(drained=("eu",))):
        with pytest.raises(Unclear, match="us is not ready"):
            ill.allowed(orders)
    ill.allowed(ill.order(drained=("us",)))
    ill.allowed(ill.order())


def test_an_order_is_written_down_before_it_is_told() -> None:
    fronts = Fronts()
    way(fronts).give({"eu": Order.DRAIN, "us": Order.NONE})
    assert fronts.put_ == [("orders/regions.map", "eu drain\nus none\n")]
    assert fronts.asked == [("PUT", "/regions?eu=drain&us=none", (("x-seatrial-order", "key"),))]
    fronts.status = 403
    with pytest.raises(RuntimeFailure, match="shop-front answers 403"):
        way(fronts).give({"eu": Order.NONE, "us": Order.NONE})
    assert len(fronts.put_) == 2  # the next start goes by it


def test_it_is_obeyed_once_nothing_is_under_way_where_nobody_is_led() -> None:
    orders = {"eu": Order.DRAIN, "us": Order.NONE}
    fronts = Fronts(3, 2, 0, 1, 0, 0)
    way(fronts).give(orders)
    assert obeyed(fronts, orders) == "us"
    assert fronts.busy == [0]
    hangs = Fronts(2)
    way(hangs).give(orders)
    with pytest.raises(RuntimeFailure, match="requests of shop are under way: 2 in eu"):
        obeyed(hangs, orders)
    # back to automatic: what is under way elsewhere need not be waited for
    way(hangs).give({"eu": Order.NONE, "us": Order.NONE})
    assert obeyed(hangs, {"eu": Order.NONE, "us": Order.NONE}) == "eu"
