"""An SLA report: what each journey was promised and what its users got, with how it was counted.

Nothing in it tells when or where it was made: the same samples give the same bytes.
"""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from seatrial.contract.words import duration
from seatrial.sla.account import HALF, LONGEST, QUIET, Account, Exclusion, Span

_COUNTED = f"""\
A run is one walk through a journey as a user would make it, from its first step to its last.
A stretch is the time between two samples. It is down when runs ended in it and fewer than
 {HALF:.0%} of them went well, as QUORUM of the probers tell that saw any end.
Where no run ended, it is what the next one in which some did was, as long as that one began at
 most {QUIET:.0f} s later and the prober saw all that lies between.
Else it is blind, as it is when it is longer than {LONGEST:.0f} s, or when the prober itself stood
 still. Blind time is neither up nor down.
Maintenance that was declared counts for nothing, neither its time nor its runs.
A promise is judged by the lower of two shares: of the time that was up, and of the runs that went
 well. It is met when both reach it even if all blind time was down, with as many runs in it as in
 the time that was seen, and missed when one would not even if all blind time was up. Else it is
 unknown."""
_SEVERAL = """
A prober to which nobody answered anything, while runs of another went well, was cut off, unless
 most were so: what it counted then does not count."""


def accounting(*, quorum: int | None = None, several: bool = False) -> tuple[str, ...]:
    """How it is counted, a sentence or two a line; `several`: from more than one region."""
    needed = "more than half" if quorum is None else f"at least {quorum}, or all,"
    text = (_COUNTED + (_SEVERAL if several else "")).replace("QUORUM", needed)
    return tuple(text.replace("\n ", " ").splitlines())


_COLUMNS = (
    "journey", "verdict", "promised", "by_time", "by_runs", "at_worst", "at_best",
    "up_seconds", "down_seconds", "blind_seconds", "excluded_seconds", "good_runs", "bad_runs",
    "outages",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaReport:
    """The accounts of a system's journeys over a range; `samples` is the digest of all read.

    `quorum` is how many regions must agree (None: more than half), `several` whether there are any.
    """

    system: str
    environment: str
    over: Span
    accounts: Mapping[str, Account]
    exclusions: tuple[Exclusion, ...]
    samples: str
    quorum: int | None = None
    several: bool = False


def as_json(report: SlaReport) -> bytes:
    """The whole of it, for programs."""
    return (json.dumps(document(report), indent=1, sort_keys=True) + "\n").encode()


def document(report: SlaReport) -> dict[str, Any]:
    """As plain values: shares from 0 to 1, seconds, instants as RFC 3339 in UTC."""
    return {
        "format": "seatrial-sla/1",
        "system": report.system,
        "environment": report.environment,
        "from": stamp(report.over.begin),
        "until": stamp(report.over.end),
        "samples_sha256": report.samples,
        "accounting": list(accounting(quorum=report.quorum, several=report.several)),
        "exclusions": [
            {
                "name": each.name,
                "from": stamp(each.span.begin),
                "until": stamp(each.span.end),
                "reason": each.reason,
                "journeys": list(each.journeys),
            }
            for each in report.exclusions
        ],
        "journeys": {name: _figures(each) for name, each in report.accounts.items()},
    }


def _figures(one: Account) -> dict[str, Any]:
    worst, best = one.bounds or (None, None)
    return {
        "verdict": one.verdict.value if one.verdict else None,
        "promised": _share(one.target),
        "by_time": _share(one.by_time),
        "by_runs": _share(one.by_runs),
        "at_worst": _share(worst),
        "at_best": _share(best),
        "up_seconds": round(one.up, 3),
        "down_seconds": round(one.down, 3),
        "blind_seconds": round(one.blind, 3),
        "excluded_seconds": round(one.excluded, 3),
        "good_runs": round(one.good),
        "bad_runs": round(one.bad),
        "outages": [
            {"from": stamp(each.begin), "until": stamp(each.end), "seconds": round(each.seconds, 3)}
            for each in one.outages
        ],
    }


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, 8)


def as_csv(report: SlaReport) -> bytes:
    """One line a journey, RFC 4180; an empty cell where nothing is known."""
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS)
    writer.writeheader()
    for name, each in report.accounts.items():
        figures = _figures(each)
        writer.writerow({**figures, "journey": name, "outages": len(each.outages)})
    return text.getvalue().encode()


def as_html(report: SlaReport) -> bytes:
    """One self-contained page, for a customer: no script, no network."""
    templates = Environment(
        loader=PackageLoader("seatrial.sla"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.globals |= {"stamp": stamp, "share": share, "duration": duration}
    page = templates.get_template("sla.html")
    told = accounting(quorum=report.quorum, several=report.several)
    return page.render(report=report, accounting=told).encode()


def share(value: float | None) -> str:
    """`99.95 %`, cut and never rounded up to a promise; `not seen` where there is none."""
    if value is None:
        return "not seen"
    return f"{int(value * 1e6 + 1e-6) / 1e4:.4f}".rstrip("0").rstrip(".") + "\u00a0%"


def stamp(at: float) -> str:
    """`2026-11-01T00:00:00Z`."""
    whole = datetime.fromtimestamp(at, UTC)
    kind = "seconds" if not whole.microsecond else "milliseconds"
    return whole.isoformat(timespec=kind).replace("+00:00", "Z")
