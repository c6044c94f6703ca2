"""A page that says whether a replica is ready, by HTTP and by TLS, whoever signed for it."""

from __future__ import annotations

import httpx
import pytest

from seatrial.contract.output import Probe
from seatrial.contract.placement import Endpoint
from seatrial.runtimes.shared import ready

WHERE = Endpoint(host="127.0.0.1", port=8443)


@pytest.mark.parametrize("port", ["http", "https"])
@pytest.mark.parametrize("status", [200, 503])
def test_the_name_of_the_port_tells_how_it_is_asked(
    monkeypatch: pytest.MonkeyPatch, port: str, status: int
) -> None:
    asked: list[tuple[str, bool]] = []

    def get(url: str, *, verify: bool, **_: object) -> httpx.Response:
        asked.append((url, verify))
        return httpx.Response(status)

    monkeypatch.setattr(httpx, "get", get)
    said = ready.answers(Probe(port=port, path="/readyz"), WHERE, lambda _: 0)
    url = f"{port}://127.0.0.1:8443/readyz"
    assert asked == [(url, False)]
    assert said == ("" if status == 200 else f"{url} answers 503")
