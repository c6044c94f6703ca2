"""Lines that are followed, of a real store: none is lost that it gives, none is shown twice."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import httpx
import pytest

from seatrial.app import logs
from seatrial.contract.runtime import Answer
from seatrial.engines.victorialogs import workload as victorialogs

if TYPE_CHECKING:
    from conftest import Store

pytestmark = pytest.mark.engines
BURST = 3000


class Beside:
    """What `seatrial logs` needs of a runtime, over a store that runs already."""

    def __init__(self, url: str) -> None:
        self.url = url

    def status(self) -> list[object]:
        return [SimpleNamespace(workload=victorialogs.NAME)]

    def request(self, method: str, _workload: str, _port: str, path: str) -> Answer:
        found = httpx.request(method, self.url + path, timeout=60, trust_env=False)
        return Answer(status=found.status_code, body=found.content)


def test_a_burst_within_one_millisecond_is_followed_whole(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than a thousand requests, of which an access log tells one time and one text."""
    monkeypatch.setattr(logs, "open_runtime", lambda _: Beside(store.url))
    batch = uuid.uuid4().hex
    asked = logs.Asked(query=f'{{batch="{batch}"}}', service=None, since=60.0, limit=10)
    waits: Iterator[int] = iter(range(1000))

    def sleep(_seconds: float) -> None:
        if next(waits) == 0:  # between the first look and the second
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            same = {"_msg": "request", "service": "api", "batch": batch, "ts": now}
            store.put([{**same, "span": f"{n:x}"} for n in range(BURST)] + [same, same])

    followed = logs.follow(Path("seatrial.yaml"), asked, sleep=sleep, clock=time.time)
    store.put([{"_msg": "begin", "service": "api", "batch": batch,
                "ts": datetime.now(UTC).isoformat()}])  # fmt: skip
    found: list[logs.Row] = []
    for row in followed:
        assert not isinstance(row, logs.Full)
        found.append(row)
        if len(found) == BURST + 3:
            break
    assert found[0]["_msg"] == "begin"
    assert {each["span"] for each in found if "span" in each} == {f"{n:x}" for n in range(BURST)}
    assert len([each for each in found if each["_msg"] == "request" and "span" not in each]) == 2
