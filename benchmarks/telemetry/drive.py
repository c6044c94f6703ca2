"""Asks each application in process, in blocks whose order is random; prints figures as JSON.

Each round gives every variant one block, so that what the machine does meanwhile meets all of
them. A cost is what a block has more than the bare one of its round.
"""

import asyncio
import gc
import json
import random
import sys
import time
from typing import Any

from apps import Variant, variants

_HEADERS = [
    (b"host", b"shop.example"),
    (b"user-agent", b"bench/1"),
    (b"accept", b"*/*"),
    (b"accept-encoding", b"gzip, deflate"),
    (b"connection", b"keep-alive"),
]
_SPREAD = 100  # items that are asked for


def _scope(number: int, *, sampled: bool) -> dict[str, Any]:
    path = f"/items/{number % _SPREAD}"
    trace = f"00-{number + 1:032x}-{number + 1:016x}-{'01' if sampled else '00'}"
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [*_HEADERS, (b"traceparent", trace.encode())],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
    }


async def _receive() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _send(_: Any) -> None:
    pass


async def block(one: Variant, requests: int) -> dict[str, float]:
    """Microseconds a request: wall and this thread's CPU time by quantile, the process's in all.

    And what no request may: the most CPU time of one, and how many took over a millisecond.
    """
    walls, cpus = [], []
    scopes = [_scope(number, sampled=one.sampled) for number in range(requests)]
    gc.collect()
    whole = time.process_time_ns()
    for scope in scopes:
        cpu, wall = time.thread_time_ns(), time.perf_counter_ns()
        await one.app(scope, _receive, _send)
        walls.append(time.perf_counter_ns() - wall)
        cpus.append(time.thread_time_ns() - cpu)
    one.flush()  # what it does behind the requests is its own, too
    whole = time.process_time_ns() - whole
    return {
        "wall p50": quantile(walls, 0.5),
        "wall p99": quantile(walls, 0.99),
        "CPU p50": quantile(cpus, 0.5),
        "CPU p99": quantile(cpus, 0.99),
        "CPU of the process": whole / requests / 1000,
        "CPU max": max(cpus) / 1000,
        "over 1 ms": sum(each > 1_000_000 for each in walls),
    }


def quantile(found: list[int], share: float) -> float:
    """In microseconds, of nanoseconds."""
    return sorted(found)[min(len(found) - 1, int(len(found) * share))] / 1000


async def rounds(endpoint: str, count: int, requests: int, seed: int) -> list[dict[str, Any]]:
    """The figures of each block, by variant."""
    every = variants(endpoint)
    order = random.Random(seed)  # noqa: S311 - a shuffle
    for one in every:
        await block(one, requests)  # warm
    found = []
    for _ in range(count):
        order.shuffle(every)
        found.append({f"{one.name}|{one.sampled}": await block(one, requests) for one in every})
    return found


if __name__ == "__main__":
    endpoint, count, requests, seed = sys.argv[1], *map(int, sys.argv[2:5])
    print(json.dumps(asyncio.run(rounds(endpoint, count, requests, seed))))
