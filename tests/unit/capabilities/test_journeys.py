"""What is written for the prober is what the prober reads."""

from __future__ import annotations

from collections.abc import Callable

from seatrial.app.plan import Plan
from seatrial.daemons.prober import read

EVERYTHING = """\
      - post: /carts
        json: {sku: mint}
        headers: {X-From: trial}
        expect: {status: 201, json: {$.state: new}, body: mint}
        keep: {id: $.id}
      - get: /carts/${id}
        until: {json: {$.state: done}, within: 5s}
"""


def test_the_prober_reads_every_kind_of_step(planned: Callable[..., Plan], shop: str) -> None:
    found = planned(shop.replace("      - get: /\n", EVERYTHING))
    (prober,) = (each for each in found.workloads if each.name == "prober")
    (journey,) = read.parse(prober.files[0].text).journeys
    made, asked = journey.steps
    assert (made.expect.status, made.expect.contains) == ({201}, "mint")
    assert asked.until is not None
