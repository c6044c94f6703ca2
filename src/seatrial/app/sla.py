"""The SLA report of a range, from the samples that Prometheus keeps."""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from seatrial.app.environment import open_runtime
from seatrial.app.files import write_text
from seatrial.app.plan import plan
from seatrial.capabilities.synthetics import accounted
from seatrial.contract.runtime import Runtime, RuntimeFailure
from seatrial.engines.prometheus import query
from seatrial.engines.prometheus import workload as prometheus
from seatrial.sla.account import LONGEST, Account, Exclusion, Span, account
from seatrial.sla.report import SlaReport, as_csv, as_html, as_json
from seatrial.sla.samples import Sample, digest, filled
from seatrial.system.model import System
from seatrial.system.probing import probers

_CHUNK = 86400.0  # seconds of raw samples that one question asks for
_OK = 200
FORMS: Mapping[str, Callable[[SlaReport], bytes]] = {
    "sla.html": as_html,
    "sla.json": as_json,
    "sla.csv": as_csv,
}


class NothingToAccount(Exception):  # noqa: N818 - bad input, not a failure
    """The range or the file leaves nothing to account for; the text says why and what can be."""


def make(file: Path, over: Span, *, clock: Callable[[], float] = time.time) -> SlaReport:
    """Account for each journey. Raises NothingToAccount, Refused and RuntimeFailure."""
    if over.end > clock():
        raise NothingToAccount("the range has not ended; what is to come changes the report")
    runtime = open_runtime(file)
    planned = plan(file, runtime)
    system = planned.system
    if not system.journeys:
        raise NothingToAccount("the file has no journeys: what users get is measured along them")
    settings = planned.contexts["synthetics"].settings
    replicas = len(planned.contexts["synthetics"].placement.of(prometheus.NAME))
    several, quorum = len(probers(system)) > 1, accounted.quorum(system, settings)
    walked = accounted.titles(system, planned.contexts["synthetics"].regions)
    samples = {
        title: _samples(
            runtime,
            accounted.selector(name, several=several, entry=entry),
            over,
            replicas=replicas,
            entry=entry,
        )
        for title, (name, entry) in walked.items()
    }
    excluded = accounted.exclusions(system, settings, over)
    return SlaReport(
        system=system.name,
        environment=planned.environment,
        over=over,
        accounts={
            title: _account(system, name, samples[title], over, excluded=excluded, quorum=quorum)
            for title, (name, _) in walked.items()
        },
        exclusions=excluded,
        samples=digest(samples),
        quorum=quorum,
        several=several,
    )


def _account(
    system: System,
    journey: str,
    samples: list[tuple[Sample, ...]],
    over: Span,
    *,
    excluded: tuple[Exclusion, ...],
    quorum: int | None,
) -> Account:
    promised = [each.availability.ratio for each in system.slos.values() if each.journey == journey]
    return account(
        samples,
        over,
        excluded=[each.span for each in excluded if journey in each.journeys],
        target=max(promised, default=None),
        quorum=quorum,
    )


def _samples(
    runtime: Runtime, which: str, over: Span, *, replicas: int = 1, entry: str = ""
) -> list[tuple[Sample, ...]]:
    """Each prober's samples, in the order of their regions; of the runs at this entry.

    Of a pair each has what it saw: one that was down, or lost its disk, has a hole where the other
    has none. One that does not answer is done without; raises RuntimeFailure where none does.
    """
    seen: list[Mapping[str, tuple[Sample, ...]]] = []
    failures: list[RuntimeFailure] = []
    for replica in range(replicas):
        try:
            seen.append(_seen(runtime, which, over, replica, entry=entry))
        except RuntimeFailure as failure:
            failures.append(failure)
    if not seen:
        raise failures[0]
    whole: dict[str, tuple[Sample, ...]] = {}
    for one in seen:
        for prober, samples in one.items():
            whole[prober] = filled(whole.get(prober, ()), samples, hole=LONGEST)
    return [whole[each] for each in sorted(whole)]


def _seen(
    runtime: Runtime, which: str, over: Span, replica: int, *, entry: str
) -> dict[str, tuple[Sample, ...]]:
    """The samples that one Prometheus has of each prober."""
    return accounted.sampled(
        (
            (line.labels, at, value)
            for begin, end in _chunks(over)
            for line in _asked(runtime, which, begin, end, replica)
            for at, value in line.values.items()
            if over.begin <= at <= over.end
        ),
        entry,
    )


def _chunks(over: Span) -> Iterator[tuple[float, float]]:
    begin = over.begin
    while begin < over.end:
        end = min(begin + _CHUNK, over.end)
        yield begin, end
        begin = end


def _asked(
    runtime: Runtime, which: str, begin: float, end: float, replica: int
) -> tuple[query.Line, ...]:
    # the sample on the earlier edge is in the range of neither, hence the second more
    span = round(end - begin) + 1
    asked = query.instant(f"{which}[{span}s]", at=end)
    answer = runtime.request("GET", prometheus.NAME, "http", asked, replica=replica)
    if answer.status != _OK:
        text = answer.body.decode(errors="replace")[:200]
        raise RuntimeFailure(f"Prometheus refused: HTTP {answer.status} {text}")
    return query.matrix(answer.body)


def save(report: SlaReport, folder: Path) -> tuple[Path, ...]:
    """Write it in each form, each file whole or not at all. Raises RuntimeFailure."""
    for name, form in FORMS.items():
        write_text(folder / name, form(report))
    return tuple(folder / name for name in FORMS)
