"""The newcomer's path: his compose file as it is, brought in, proven beside, and left as it was."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from seatrial.contract.action import Kill

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("beside-first-light")]
SCENARIO = "service-down-stock"
# spans are taken from one of theirs, and nothing else of Jaeger's is to be met there
SEND = """
import sys, urllib.error, urllib.request as u
open = u.build_opener(u.ProxyHandler({})).open
what = {"Content-Type": "application/json"}
spans = u.Request(f"{sys.argv[1]}/v1/traces", b'{"resourceSpans": []}', what)
print(open(spans, timeout=5).status)
try:
    open(sys.argv[1].replace("4318", "16686"), timeout=5)
except urllib.error.URLError as error:
    print(type(error.reason).__name__)
"""


def told(said: str) -> Any:
    """The JSON among what a command said on both streams."""
    begin, end = said.index("\n[") if not said.startswith("[") else 0, said.rindex("]") + 1
    return json.loads(said[begin:end])


def sent(shop: Any) -> list[list[str]]:
    """What the two services are answered where `up` says that spans are to be sent."""
    where = f"http://{shop.project}-jaeger:4318"
    asked = ("python3", "-c", SEND, where)
    return [shop.compose("exec", "-T", each, *asked).split() for each in ("web", "stock")]


def test_first_light(make: Callable[[], Any]) -> None:
    shop = make()
    shop.run("init", "--from", "compose.yaml", "--yes", "--owner", "shop")
    shop.edit("[R01, R03]", "[R01, R03, R04]", "seatrial.yaml")
    assert "nothing runs from" in shop.run("up", code=3)
    assert shop.traces() == []
    shop.compose("up", "--detach", "--build")
    before = shop.theirs()
    said = " ".join(shop.run("up").split())
    assert "ST4104 nothing tells" in said
    assert f"set OTEL_EXPORTER_OTLP_ENDPOINT=http://{shop.project}-jaeger:4318 where" in said
    assert sent(shop) == [["200", "ConnectionRefusedError"]] * 2
    assert "nothing would change" in shop.run("diff")
    assert all(each["phase"] == "ready" for each in told(shop.run("status", "--json")))
    proven = told(shop.run("prove", SCENARIO, "--json"))
    assert f"page/{SCENARIO}" in {each["expectation"] for each in proven}
    assert {each["verdict"] for each in proven} == {"proven"}, proven
    (found,) = told(shop.run("prove", "--controls", f"page/{SCENARIO}", "--json"))
    assert found["control"]["red"] is True, found
    shop.killed(f"inject({Kill(workload='stock')!r})")
    assert "undone" in shop.run("up")
    assert all(each["phase"] == "ready" for each in told(shop.run("status", "--json")))
    assert sent(shop) == [["200", "ConnectionRefusedError"]] * 2
    folder = shop.folder / "report"
    shop.run("report", "-o", str(folder), code=3)  # most of what could be proven was not asked
    shop.run("verify", str(folder))
    shop.run("down")
    assert shop.theirs() == before
    assert all(each["State"]["Running"] for each in before[0])
