"""A real Jaeger that is full refuses spans, and a real Prometheus tells so by the rendered rule."""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import yaml

from seatrial.capabilities.tracing.declare import OWN
from seatrial.engines.jaeger import workload as jaeger
from seatrial.runtimes.local.engines import Engines

if TYPE_CHECKING:
    from conftest import Jaeger

pytestmark = pytest.mark.engines
RULES = (
    Path(__file__).parents[3] / "examples/workflow-platform/rendered/prometheus/rules/tracing.yml"
)
ALERT = "SpansRefused"
REFUSED = "otelcol_receiver_refused_spans_total"
HOST = "127.88.6.2"
LARGE = 2**17  # bytes of one span


def span() -> dict[str, Any]:
    now = time.time_ns()
    return {
        "traceId": secrets.token_hex(16),
        "spanId": secrets.token_hex(8),
        "name": "work",
        "kind": 1,
        "startTimeUnixNano": str(now),
        "endTimeUnixNano": str(now),
        "attributes": [{"key": "large", "value": {"stringValue": secrets.token_hex(LARGE // 2)}}],
    }


@contextmanager
def watched(live: Jaeger, folder: Path) -> Iterator[str]:
    """The address of a Prometheus that scrapes it under the labels that it has in a system."""
    with socket.create_server((HOST, 0)) as held:
        port = held.getsockname()[1]
    labels = {"service": jaeger.NAME, "region": "here"}
    target = live.url(jaeger.OWN_METRICS, "").removeprefix("http://")
    scraped = {"targets": [target], "labels": labels}
    document = {
        "global": {"scrape_interval": "1s"},
        "rule_files": [str(RULES)],
        "scrape_configs": [{"job_name": OWN, "static_configs": [scraped]}],
    }
    (folder / "prometheus.yml").write_text(yaml.safe_dump(document), encoding="utf-8")
    program = Engines(None).program("prometheus", "prometheus")
    assert program is not None, "run `seatrial engines install prometheus`"
    process = subprocess.Popen(
        [
            str(program),
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'tsdb'}",
            f"--web.listen-address={HOST}:{port}",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://{HOST}:{port}"
    finally:
        process.kill()
        process.wait()


def asked(prometheus: str, path: str, **parameters: str) -> Any:
    answer = httpx.get(f"{prometheus}{path}", params=parameters, trust_env=False, timeout=30)
    if answer.status_code != httpx.codes.OK:  # it has just been started
        return {}
    return json.loads(answer.content)["data"]


def states(prometheus: str) -> set[str]:
    found = asked(prometheus, "/api/v1/alerts").get("alerts", [])
    return {each["state"] for each in found if each["labels"]["alertname"] == ALERT}


def test_who_is_full_refuses_spans_and_it_is_told(full: Jaeger, tmp_path: Path) -> None:
    with watched(full, tmp_path) as prometheus:
        full.send(span())
        # until it was seen with none refused, nobody can tell that there were more
        none = {"query": f"{REFUSED} == 0"}
        full.until(lambda: asked(prometheus, "/api/v1/query", **none).get("result"))
        assert not states(prometheus)

        def refused() -> bool:
            return full.offer(*(span() for _ in range(8))).status_code != httpx.codes.OK

        assert full.until(refused)
        full.until(lambda: refused() and "firing" in states(prometheus))
