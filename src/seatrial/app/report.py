"""The report: what the evidence is worth today, assessed, signed and written."""

import hashlib
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from datetime import time as day_time
from pathlib import Path

from seatrial.app import registry
from seatrial.app.apply import engines_of, planned_for
from seatrial.app.environment import open_runtime
from seatrial.app.evidence import Books, index
from seatrial.app.files import write_text
from seatrial.app.plan import Plan
from seatrial.contract.requirements import REQUIREMENTS
from seatrial.contract.runtime import Runtime
from seatrial.evidence import assess
from seatrial.evidence.assess import Waiver
from seatrial.evidence.chain import whole
from seatrial.evidence.report.actions import next_actions
from seatrial.evidence.report.html import html_report
from seatrial.evidence.report.json import json_report
from seatrial.evidence.report.junit import junit_report
from seatrial.evidence.report.model import EngineRow, ProcessRow, Report
from seatrial.system.model import System
from seatrial.system.problem import Problem

_DIGEST = re.compile("[0-9a-f]{64}")
_MANY_REGIONS = ("R01.4",)  # items that join regions


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The report and what it was made from; `lost` are digests of raw files that are gone."""

    report: Report
    books: Books
    problems: tuple[Problem, ...]
    lost: frozenset[str] = frozenset()


def make(file: Path) -> Made:
    """Assess the newest evidence as of now. Raises Refused, RuntimeFailure, EvidenceFailure."""
    runtime = open_runtime(file)
    planned = planned_for(file, runtime)
    books = Books(planned, runtime)
    whole(books.store)
    now = time.time()
    kept = books.store.latest(books.environment.name, books.key.public)
    evidence = {name: each.evidence for name, each in kept.items()}
    expectations = planned.expectations(planned.scenarios())
    exercises = planned.exercises()
    aspects = tuple(aspect for each in exercises for aspect in each.aspects)
    today = books.today(now)
    assessment = assess.assess(
        assess.Books(
            index=index((*expectations, *planned.examinations(), *aspects)),
            evidence=evidence,
            today=today,
            claimed=_claimed(),
            waivers=_waivers(planned),
            not_promised=_not_promised(planned),
            about={
                **{each.name: about(planned.system, each.depends) for each in expectations},
                **{
                    one.name: about(planned.system, each.depends)
                    for each in exercises
                    for one in each.aspects
                },
            },
        )
    )
    seeded = sorted({each.seeded for each in evidence.values() if each.seeded})
    report = Report(
        system=planned.system.name,
        summary=planned.system.summary or "",
        environment=books.environment,
        made=now,
        key_id=books.key.public.id,
        assessment=assessment,
        actions=next_actions(
            assessment,
            evidence,
            {one.name: each.name for each in exercises for one in each.aspects},
        ),
        engines=_engines(planned, runtime),
        processes=_processes(planned, runtime),
        envelopes=tuple(each.envelope for each in kept.values()),
        seeded="; ".join(seeded),
        log=books.store.head(),
    )
    return Made(report=report, books=books, problems=planned.problems, lost=today.lost)


def write(made: Made, folder: Path) -> tuple[Path, ...]:
    """Write `report.html`, `report.json`, `junit.xml`, the artefacts and the public key."""
    report, books = made.report, made.books
    files = {
        "report.html": html_report(report, books.key),
        "junit.xml": junit_report(report),
        "signing.pub": books.key.public.pem.encode(),
    }
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    written = {**files, "report.json": json_report(report, books.key, digests)}
    artefacts = folder / "artefacts"
    artefacts.mkdir(parents=True, exist_ok=True)
    named = {artefact.sha256 for kept in books.newest().values() for artefact in kept.artefacts}
    _clear(artefacts, named)
    for each in sorted(named - made.lost):  # what is gone makes its own proof stale, and no other
        write_text(artefacts / each, books.store.blobs.get(each))
    for name, content in written.items():
        write_text(folder / name, content)
    return tuple(folder / name for name in written)


def _clear(artefacts: Path, named: set[str]) -> None:
    """Remove what an earlier report named and this one does not; nothing with another name."""
    for each in artefacts.iterdir():
        if _DIGEST.fullmatch(each.name) and each.name not in named:
            each.unlink()


def _waivers(planned: Plan) -> tuple[Waiver, ...]:
    """The file's exceptions; the last day counts whole."""
    return tuple(
        Waiver(
            covers=each.requirement,
            subject="" if each.subject == planned.system.name else each.subject,
            reason=each.reason,
            owner=each.owner,
            until=datetime.combine(each.until, day_time.max, UTC).timestamp(),
        )
        for each in planned.system.exceptions
    )


def about(system: System, depends: tuple[str, ...]) -> frozenset[str]:
    """The names of the file that these dotted paths are about: of a whole kind, each of it."""
    found: set[str] = set()
    for kind, *name in (each.split(".") for each in depends):
        of_kind = getattr(system, kind, None)
        if name:
            found.add(name[0])
        elif isinstance(of_kind, Mapping):
            found.update(of_kind)
    return frozenset(found)


def _claimed() -> frozenset[str]:
    """The items that an installed capability can show, where a file declares what it shows."""
    items = {item.id for each in REQUIREMENTS for item in each.items}
    return frozenset(
        id_ for each in registry.capabilities() for id_ in each.requirements if id_ in items
    )


def _not_promised(planned: Plan) -> dict[str, str]:
    system = planned.system
    found = {
        each.id: "the file's promises leave it out"
        for each in REQUIREMENTS
        if not system.promised(each.id)
    }
    if len([each for each in system.regions.values() if not each.outside]) < 2:  # noqa: PLR2004 - nothing is joined where there is one
        found |= dict.fromkeys(_MANY_REGIONS, "the file describes one region")
    return found


def _engines(planned: Plan, runtime: Runtime) -> tuple[EngineRow, ...]:
    versions = runtime.versions(engines_of(planned))
    titles = {each.name: each.title for each in registry.engines()}
    return tuple(
        EngineRow(name=titles.get(name, name), version=version, source=runtime.source(name))
        for name, version in sorted(versions.items())
    )


def _processes(planned: Plan, runtime: Runtime) -> tuple[ProcessRow, ...]:
    kinds = {each.name: each.origin.value for each in planned.workloads}
    return tuple(
        ProcessRow(
            name=f"{each.workload}.{each.replica}",
            kind=kinds.get(each.workload, ""),
            address=each.address,
            pid=each.pid,
            memory=each.memory,
            cpu=each.cpu,
        )
        for each in runtime.status()
    )
