"""One application, instrumented, that sends its spans to one collector: a block at each word.

`python collectors.py ENDPOINT REQUESTS` asks it so many times for each line of standard input, and
prints the figures of that block; without an endpoint it is bare. Nothing is flushed: what a request
waits for is measured, and a collector that hangs would hold the flush.
"""

import asyncio
import json
import sys

from apps import Variant, bare, ours
from drive import block


def chosen(endpoint: str) -> Variant:
    """The application, bare or sending there; of ours every request is sampled."""
    every = ours(endpoint, sampled=True) if endpoint else bare()
    return Variant(name=every.name, app=every.app, flush=lambda: None, sampled=every.sampled)


async def main(endpoint: str, requests: int) -> None:
    """A block for each line, until there is none."""
    one = chosen(endpoint)
    await block(one, requests)  # warm
    for _ in sys.stdin:
        print(json.dumps(await block(one, requests)), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
