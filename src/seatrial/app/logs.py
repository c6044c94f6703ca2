"""Logs as they are asked for: a query through the runtime, its lines in the order of their time."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from seatrial.app.environment import open_runtime
from seatrial.contract.runtime import NoSuchWorkload, Runtime, RuntimeFailure
from seatrial.engines.otelcol import reach
from seatrial.engines.victorialogs import query as logsql
from seatrial.engines.victorialogs import workload as victorialogs

Row = Mapping[str, str]
_OK, _BAD = 200, 400
_FOLLOWED = 1000  # lines of one look
_BACK = 10.0  # seconds: what is written now may be stored that much later


class Unreadable(Exception):  # noqa: N818 - bad input, not a failure
    """The store cannot read the query: `what` it says, and how far it `read`."""

    def __init__(self, what: str, read: str) -> None:
        """Both as the store tells them."""
        super().__init__(what)
        self.what = what
        self.read = read


class NoLines(Exception):  # noqa: N818 - bad input, not a failure
    """What was asked for gives no lines, so that they cannot be followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A query in LogsQL; `service` narrows it, `since` is seconds back from now.

    `audit`: of the store of audit lines.
    """

    query: str
    service: str | None
    since: float
    limit: int
    audit: bool = False

    @property
    def store(self) -> str:
        """The workload that is asked."""
        return victorialogs.AUDIT if self.audit else victorialogs.NAME


def ask(file: Path, asked: Asked) -> tuple[Row, ...]:
    """The newest lines, the oldest of them first. Raises Unreadable, RuntimeFailure."""
    runtime = open_runtime(file)
    _known(runtime, asked)
    return _rows(runtime, asked, start=time.time() - asked.since, limit=asked.limit)


def follow(
    file: Path, asked: Asked, *, sleep: Callable[[float], None], clock: Callable[[], float]
) -> Iterator[Row]:
    """The same, and then each line as it comes, once. Raises NoLines, too."""
    runtime = open_runtime(file)
    _known(runtime, asked)
    start, limit = clock() - asked.since, asked.limit
    seen: dict[tuple[str, ...], None] = {}
    while True:
        now = clock()
        for row in _rows(runtime, asked, start=start, limit=limit):
            if "_time" not in row:
                raise NoLines
            key = tuple(row.get(each, "") for each in ("_stream_id", "_time", "_msg"))
            if key not in seen:
                seen[key] = None
                yield row
        while len(seen) > 2 * _FOLLOWED:
            del seen[next(iter(seen))]
        start, limit = max(start, now - _BACK), _FOLLOWED
        sleep(1.0)


def _known(runtime: Runtime, asked: Asked) -> None:
    """Raises NoSuchWorkload for a service that never was here."""
    names = {each.workload for each in runtime.status()}
    if asked.audit and victorialogs.NAME in names and asked.store not in names:
        raise RuntimeFailure(
            "audit lines have no store of their own here",
            "write `logs: {audit: {}}` in the file, and run `seatrial up`",
        )
    if asked.store not in names:
        raise RuntimeFailure(
            "no logs are kept here" if names else "nothing of this system runs here",
            "add R05 to `promises` of the file, and run `seatrial up`"
            if names
            else "run `seatrial up` first",
        )
    services = {reach.stored_as(each) for each in names}
    if asked.service is not None and asked.service not in services:
        raise NoSuchWorkload(asked.service, services)


def _rows(runtime: Runtime, asked: Asked, *, start: float, limit: int) -> tuple[Row, ...]:
    path = logsql.path(asked.query, start=start, limit=limit, service=asked.service)
    answer = runtime.request("GET", asked.store, logsql.PORT, path)
    if answer.status == _BAD:
        wrong = logsql.wrong(answer.body)
        raise Unreadable(wrong.what, wrong.read)
    if answer.status != _OK:
        text = answer.body.decode(errors="replace")[:200]
        raise RuntimeFailure(
            f"the log store refused: HTTP {answer.status} {text}",
            f"run `seatrial status --logs {asked.store}`",
        )
    found = logsql.rows(answer.body)
    return tuple(sorted(found, key=lambda row: row.get("_time", "")))
