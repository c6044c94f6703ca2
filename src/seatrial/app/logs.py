"""Logs as they are asked for: a query through the runtime, its lines in the order of their time."""

import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from seatrial.app.environment import absolute, open_runtime
from seatrial.contract.runtime import NoSuchWorkload, Runtime, RuntimeFailure
from seatrial.engines.otelcol import reach
from seatrial.engines.victorialogs import query as logsql
from seatrial.engines.victorialogs import workload as victorialogs
from seatrial.runtimes.shared.whose import nothing_runs

Row = Mapping[str, str]
_OK, _BAD = 200, 400
FOLLOWED = 10_000  # lines of one look, which goes back over BACK
BACK = 10.0  # seconds: what is written now may be stored that much later
_REMEMBERED = 12  # looks, each at least a second apart: what is older than BACK comes no more


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
    _known(file, runtime, asked)
    return _rows(runtime, asked, start=time.time() - asked.since, limit=asked.limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Full:
    """A look gave no more lines than it may: older ones of the last `BACK` seconds are not shown.

    It is said once, until a look is not full any more.
    """

    most: int = FOLLOWED


def follow(
    file: Path, asked: Asked, *, sleep: Callable[[float], None], clock: Callable[[], float]
) -> Iterator[Row | Full]:
    """The same, and then each line as it comes, as often as the store has it.

    Raises NoLines, too.
    """
    runtime = open_runtime(file)
    _known(file, runtime, asked)
    start, limit = clock() - asked.since, asked.limit
    seen, full = _Seen(), False
    for look in itertools.count():
        now = clock()
        rows = _rows(runtime, asked, start=start, limit=limit)
        if not all("_time" in row for row in rows):
            raise NoLines
        was, full = full, look > 0 and len(rows) >= limit  # the first is as long as was asked for
        if full and not was:
            yield Full()
        yield from seen.new(rows)
        if look == 0 and len(rows) >= limit:  # older ones were not asked for
            start = datetime.fromisoformat(rows[0]["_time"]).timestamp()
        start, limit = max(start, now - BACK), FOLLOWED
        sleep(1.0)


class _Seen:
    """Which lines were given already.

    A line is all of its fields: of two requests in one millisecond, time and message are the same.
    """

    def __init__(self) -> None:
        self._looks = 0
        self._given: dict[frozenset[tuple[str, str]], tuple[int, int]] = {}  # times, last look

    def new(self, rows: tuple[Row, ...]) -> Iterator[Row]:
        """Those of a look that are more than were given."""
        self._looks += 1
        found: Counter[frozenset[tuple[str, str]]] = Counter()
        for row in rows:
            key = frozenset(row.items())
            found[key] += 1
            given, _ = self._given.get(key, (0, 0))
            self._given[key] = (max(given, found[key]), self._looks)
            if found[key] > given:
                yield row
        oldest = self._looks - _REMEMBERED
        gone = [key for key, (_, last) in self._given.items() if last < oldest]
        for key in gone:
            del self._given[key]


def _known(file: Path, runtime: Runtime, asked: Asked) -> None:
    """Raises NoSuchWorkload for a service that never was here."""
    names = {each.workload for each in runtime.status()}
    if not names:
        raise nothing_runs(runtime.system, absolute(file).parent)
    if asked.audit and victorialogs.NAME in names and asked.store not in names:
        raise RuntimeFailure(
            "audit lines have no store of their own here",
            "write `logs: {audit: {}}` in the file, and run `seatrial up`",
        )
    if asked.store not in names:
        raise RuntimeFailure(
            "no logs are kept here",
            "add R05 to `promises` of the file, and run `seatrial up`",
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
    # a whole second has no fraction: its Z would come after another's point
    return tuple(sorted(found, key=lambda row: row.get("_time", "").removesuffix("Z")))
