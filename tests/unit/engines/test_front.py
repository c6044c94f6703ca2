"""The front's file, its orders and what it tells. That HAProxy takes the file engine tests show."""

from __future__ import annotations

import json

import pytest

from seatrial.engines.haproxy.front import (
    Asked,
    Order,
    Seen,
    Server,
    kept,
    ordered,
    text,
    told,
)

REGIONS = {
    name: [Server(name=f"shop-{name}", host=f"127.0.0.{n}", port=80, check=81)]
    for n, name in ((1, "eu"), (2, "us"))
}


def made(*, tls: bool = False, asks: bool = True, path: str = "/ready") -> str:
    return text("http", REGIONS, Asked(path=path, tls=tls), tls=tls, stable=7, asks=asks)


def test_each_request_is_led_by_itself_and_nothing_ends_what_is_under_way() -> None:
    found = made()
    assert "use_backend region-%[var(txn.region)]" in found
    assert "shutdown-sessions" not in found
    assert "server shop-eu 127.0.0.1:80 check port 81" in found
    assert "rise 7" in found


def test_who_is_ready_for_a_moment_alone_takes_users_only_where_nobody_else_is() -> None:
    rules = [each.strip() for each in made().splitlines() if "set-var(txn.region) str(" in each]
    half = [each.partition(" if ")[2] for each in rules[:7]]
    assert half[:2] == [f"!led {each}_first {each}_ready" for each in ("eu", "us")]
    assert half[2] == "!led !eu_drained eu_ready eu_steady"
    assert half[4] == "!led !eu_drained eu_ready"
    assert "str(-)" in rules[6]


def test_behind_tls_connections_are_led_and_nothing_is_read() -> None:
    found = made(tls=True)
    assert "check-ssl verify none" in found
    users = found.partition("frontend users")[2].partition("backend nobody")[0]
    assert "mode tcp" in users
    assert "http-request" not in users
    assert "forwardfor" not in users


def test_a_service_without_a_page_is_asked_for_a_connection() -> None:
    assert "httpchk" not in made(path="")
    assert " check port 81" in made(path="")
    assert " check port " not in made(asks=False)


def test_nobody_to_lead_to_is_refused() -> None:
    for regions in ({}, {"eu": []}):
        with pytest.raises(ValueError, match="nobody to lead to"):
            text("http", regions, Asked(path="", tls=False), tls=False, stable=5)


def test_orders_are_kept_and_given_in_the_same_words() -> None:
    orders = {"eu": Order.DRAIN, "us": Order.NONE}
    assert kept(orders) == "eu drain\nus none\n"
    assert ordered(orders) == "/regions?eu=drain&us=none"


def test_what_it_tells_is_read() -> None:
    region = {"order": "first", "ready": 2, "steady": 1, "busy": 3}
    found = told(json.dumps({"takes": "-", "regions": {"eu": region}}).encode())
    assert found.takes == ""
    assert found.regions == {"eu": Seen(order=Order.FIRST, ready=2, steady=1, busy=3)}
    for body in (b"no", b"{}", b"[]"):
        with pytest.raises((ValueError, KeyError, TypeError)):
            told(body)
