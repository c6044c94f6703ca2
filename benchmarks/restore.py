"""A restore of 1.5 GB beside pgBackRest by hand, and what users notice of a backup.

The reference system runs with everything around it, and its database is filled. A moment in the
middle of what is written after the backup is restored by turns, in random order: by `seatrial
restore`, from its call to the end of its answer, the invariants held; and by hand, with the same
programs, settings and repository, by `pgbackrest restore` and a server that is started on it, until
that leads. By hand it is one process, as pgBackRest does by default; seatrial has it use as many as
there are processors, four at most. Neither removes what it has made within its time. Then users'
requests are sent to the gateway at a steady pace, none waiting for another's answer, while a full
backup is taken and while none is, by turns. `BENCH_RESTORES` sets the number of rounds, 5 by
default, `BENCH_SEED` the order.
"""

import asyncio
import json
import math
import os
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from benchmarks import interruption
from benchmarks.figures import ratio, spread, verdict
from seatrial.app.apply import planned_for
from seatrial.app.environment import open_runtime
from seatrial.app.interrupt import stopping
from seatrial.contract.runtime import Runtime, RuntimeFailure
from seatrial.contract.words import second
from seatrial.engines.postgres.sql import command

ROUNDS = int(os.environ.get("BENCH_RESTORES", "5"))
SEED = int(os.environ.get("BENCH_SEED", "1"))
ROWS, CHUNKS = 10_000_000, 20  # as pgbench has them at a scale of 100: 1.5 GB with their index
CHANGED = 200_000  # rows that are changed before the moment, and as many after it
OURS, BY_HAND = "seatrial restore", "pgBackRest by hand"
BESIDE, ALONE = "beside a backup", "without one"
MOST = 1.2
PACE = 40.0  # requests a second
OBJECTIVE = 200.0  # milliseconds: what the example promises its users, at the 95th percentile
_LEAST = 12.0  # seconds of requests, where a backup ends earlier
_STORE, _DAEMON, _COPY = "database", "database-backups", "beside"

_RESTORED_BY_HAND = """
set -eu
copy="$PWD/copies/by-hand"
rm -rf "$copy"; mkdir -m 700 -p "$copy"
read -r PGPASSWORD < "$password"; export PGPASSWORD
began=$(date +%s.%N)
pgbackrest --config="$config" --stanza="$stanza" --pg1-path="$copy" --type=time --target="$moment" \
  --target-action=promote --archive-mode=off restore
postgres -D "$copy" -c config_file="$settings" -c listen_addresses="$address" -c port="$port" \
  -c unix_socket_directories="$copy" -c archive_mode=off -c hot_standby=off \
  -c shared_buffers=32MB > "$copy.log" 2>&1 &
server=$!
until [ "$(psql -h "$address" -p "$port" -U "$user" -d "$database" -Atc \
    'SELECT pg_is_in_recovery()' 2>/dev/null)" = f ]; do
  kill -0 $server || { tail -5 "$copy.log" >&2; exit 1; }
  sleep 0.2
done
ended=$(date +%s.%N)
kill -INT $server; wait $server || true
rm -rf "$copy"
echo "$began $ended"
"""


def run() -> dict[str, Any]:
    """Seconds of each restore, milliseconds of the requests, and both ratios."""
    chance = random.Random(SEED)  # noqa: S311 - an order, not a secret
    with stopping(), tempfile.TemporaryDirectory(prefix="seatrial-bench-") as scratch:
        file = interruption.copied(Path(scratch), f"restored-{os.getpid()}")
        try:
            interruption.seatrial(file, "up")
            runtime = open_runtime(file)
            size = _filled(runtime)
            interruption.seatrial(file, "backup", "now", _STORE, "--kind", "full")
            moment = _moment(runtime)
            restores = [_restored(file, runtime, moment, chance) for _ in range(ROUNDS)]
            loads = [_loaded(file, runtime, chance) for _ in range(ROUNDS)]
        finally:
            interruption.seatrial(file, "down", "--purge", "--yes", may_fail=True)
    spans = {name: spread([each[name] for each in restores]) for name in (OURS, BY_HAND)}
    slow = {name: _percentile([ms for each in loads for ms in each[name]]) for name in _TURNS}
    return {
        "rounds": ROUNDS,
        "seed": SEED,
        "bytes": size,
        "spans": spans,
        "p95": slow,
        "requests": {name: sum(len(each[name]) for each in loads) for name in _TURNS},
        "backups": spread([each["took"] for each in loads]),
        "targets": [
            verdict(
                "restore: times as long as by hand, median",
                ratio(spans[OURS]["p50"], spans[BY_HAND]["p50"]),
                MOST,
            ),
            verdict(f"p95 of requests {BESIDE}, ms", slow[BESIDE], OBJECTIVE),
        ],
    }


_TURNS = (BESIDE, ALONE)


def told(result: dict[str, Any]) -> dict[str, float | None]:
    """What has no target."""
    return {f"p95 of requests {ALONE}, ms": result["p95"][ALONE]}


def _filled(runtime: Runtime) -> int:
    """Fill the database; its bytes."""
    columns = "aid int, bid int, abalance int, filler char(84)"
    _sql(runtime, f"CREATE TABLE accounts ({columns})")
    each = ROWS // CHUNKS
    for begin in range(1, ROWS, each):
        rows = f"generate_series({begin}, {begin + each - 1}) AS g"
        _sql(runtime, f"INSERT INTO accounts SELECT g, g % 100, 0, '' FROM {rows}")  # noqa: S608 - of our making
    _sql(runtime, "ALTER TABLE accounts ADD PRIMARY KEY (aid)")
    return int(_sql(runtime, "SELECT pg_database_size(current_database())"))


def _moment(runtime: Runtime) -> float:
    """A moment between two changes, the log of both in the archive."""
    change = f"UPDATE accounts SET abalance = abalance + 1 WHERE aid <= {CHANGED}"  # noqa: S608
    _sql(runtime, change)
    found = math.ceil(time.time()) + 1.0  # a whole second, as both are told it
    time.sleep(found + 1.0 - time.time())
    _sql(runtime, change)
    return found


def _restored(
    file: Path, runtime: Runtime, moment: float, chance: random.Random
) -> dict[str, float]:
    order = [OURS, BY_HAND]
    chance.shuffle(order)
    found = {
        name: _by_command(file, moment) if name is OURS else _by_hand(runtime, moment)
        for name in order
    }
    print(", ".join(f"{name}: {took:.2f} s" for name, took in found.items()), flush=True)
    return found


def _by_command(file: Path, moment: float) -> float:
    began = time.monotonic()
    interruption.seatrial(file, "restore", _STORE, "--to", second(moment), "--into", _COPY)
    took = time.monotonic() - began
    interruption.seatrial(file, "restore", _STORE, "--remove", _COPY)
    return took


def _by_hand(runtime: Runtime, moment: float) -> float:
    """With the daemon's own programs, user, settings and repository, but without the daemon."""
    plan = json.loads(_executed(runtime, ("cat", "plan.json")))
    server = plan["server"]
    given = {
        "config": plan["config"],
        "stanza": plan["stanza"],
        "settings": plan["settings"],
        "address": plan["address"],
        "port": plan["drill_port"],
        "password": server["password"],
        "user": server["user"],
        "database": server["database"],
        "moment": second(moment).replace(" UTC", "+00"),
        **plan["environment"],
    }
    words = ("env", *(f"{key}={value}" for key, value in given.items()))
    began, ended = _executed(runtime, (*words, "sh", "-c", _RESTORED_BY_HAND)).split()[-2:]
    return float(ended) - float(began)


def _loaded(file: Path, runtime: Runtime, chance: random.Random) -> dict[str, Any]:
    """Milliseconds of each request of two turns, and the seconds of the backup."""
    place = planned_for(file, runtime).placement.endpoint("gateway", "http")
    order = [*_TURNS]
    chance.shuffle(order)
    found: dict[str, Any] = {}
    for name in order:
        began = time.monotonic()
        found[name] = asyncio.run(
            _asked(f"http://{place}/api/runs", file if name is BESIDE else None)
        )
        if name is BESIDE:
            found["took"] = time.monotonic() - began
    print(", ".join(f"{each}: {_percentile(found[each])} ms" for each in _TURNS), flush=True)
    return found


async def _asked(url: str, backed: Path | None) -> list[float]:
    """Requests at a steady pace until the backup is whole, if one is taken, else for a while."""
    words = ("backup", "now", _STORE, "--kind", "full")
    taken = asyncio.create_task(
        asyncio.to_thread(interruption.seatrial, backed, *words)
        if backed is not None
        else asyncio.sleep(_LEAST)
    )
    loop = asyncio.get_running_loop()
    due, sent = loop.time(), []
    async with httpx.AsyncClient(timeout=30) as client:
        while not taken.done():
            sent.append(asyncio.create_task(_once(client, url)))
            due += 1 / PACE
            await asyncio.sleep(max(0.0, due - loop.time()))
        await taken
        return list(await asyncio.gather(*sent))


async def _once(client: httpx.AsyncClient, url: str) -> float:
    began = time.monotonic()
    answer = await client.get(url)
    answer.raise_for_status()
    return (time.monotonic() - began) * 1000


def _percentile(found: Sequence[float]) -> float:
    return round(statistics.quantiles(found, n=20)[-1], 1)


def _sql(runtime: Runtime, statement: str) -> str:
    words = (*command(statement), "--tuples-only", "--no-align")
    return _executed(runtime, words, _STORE)


def _executed(runtime: Runtime, words: tuple[str, ...], workload: str = _DAEMON) -> str:
    done = runtime.execute(workload, words)
    if done.status:
        raise RuntimeFailure(f"{words[0]} in {workload} ended with {done.status}: {done.stderr}")
    return done.stdout.strip()


def table(result: dict[str, Any]) -> str:
    """One row for each way to restore, one for each turn of requests."""
    rows = ["| way | n | median s | 95th percentile | longest |", "|---|---:|---:|---:|---:|"]
    for name, each in result["spans"].items():
        rows.append(f"| {name} | {each['n']} | {each['p50']} | {each['p95']} | {each['max']} |")
    rows += ["", "| requests | n | p95 ms |", "|---|---:|---:|"]
    rows += [f"| {each} | {result['requests'][each]} | {result['p95'][each]} |" for each in _TURNS]
    size, took = result["bytes"] / 1e9, result["backups"]["p50"]
    return "\n".join(
        [*rows, "", f"{size:.2f} GB; a full backup takes {took} s (median); {PACE:g} requests/s."]
    )
