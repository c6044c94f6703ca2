"""Hand-made evidence, as drills write it, and the report of one trial that went as trials go."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from seatrial.contract.evidence import Artefact, ControlResult, Environment, Evidence, Verdict
from seatrial.contract.scenario import Figure
from seatrial.contract.timeline import Observation
from seatrial.evidence import dsse
from seatrial.evidence.assess import Books, Waiver, assess
from seatrial.evidence.keys import SigningKey
from seatrial.evidence.report.actions import next_actions
from seatrial.evidence.report.html import html_report
from seatrial.evidence.report.json import json_report
from seatrial.evidence.report.junit import junit_report
from seatrial.evidence.report.model import EngineRow, ProcessRow, Report
from seatrial.evidence.stale import Today
from seatrial.evidence.statement import statement
from seatrial.evidence.store import Head
from seatrial.evidence.verify import trusted, verify

NOW = 1_795_500_000.0  # 2026-11-24 06:00 UTC
DAY = 86_400.0
DRILL = "drill.json"
ENVIRONMENT = Environment(
    name="rehearsal",
    runtime="local",
    os="Debian GNU/Linux 12 (bookworm)",
    kernel="6.1.0-28-amd64",
    cpus=2,
    memory=8_321_499_136,
    root=False,
    seatrial="0.1.0",
)
ENGINES = {"alertmanager": "0.34.2", "prometheus": "2.53.3"}
SEEDED = "3 days of healthy history for 2 journeys, one sample every 60 s, were seeded"
RED = ControlResult(
    defect="a route that sends the page nowhere",
    red=True,
    reason="no page came within 60 s",
    at=NOW - 7200,
)
GREEN = replace(RED, red=False, reason="the page came all the same")
BLIND = replace(RED, red=None, reason="the sink could not be asked")


def digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def raw(name: str) -> bytes:
    """The artefact of the expectation of that name: bytes like those of a drill."""
    return json.dumps({"expectation": name, "waited": [0.5] * 40}, indent=1).encode()


def evidence(name: str = "page/service-down-api", **changes: Any) -> Evidence:
    """Proven evidence whose control was shown red, unless told otherwise."""
    content = raw(name)
    scenario = changes.pop("scenario", name.partition("/")[2] or name)
    made = Evidence(
        id=changes.pop("id", digest(name)[:32]),
        expectation=name,
        scenario=scenario,
        requirements=("R03.1",),
        summary="the page of a dead service arrives in time",
        verdict=Verdict.PROVEN,
        reason="ServiceDown reached platform by 3 channels",
        environment=ENVIRONMENT,
        subjects={
            "file:services.api": digest("services.api"),
            "engine:prometheus": digest("prometheus 2.53.3"),
            f"scenario:{scenario}": digest(scenario),
        },
        started=NOW - 3660,
        finished=NOW - 3600,
        expires=NOW - 3600 + 30 * DAY,
        figures=(Figure(name="fault to page", value=22.76, unit="s", target=60.0, bound="<="),),
        timeline=outage("api"),
        engines=dict(ENGINES),
        artefacts=(
            Artefact(
                name=DRILL,
                sha256=hashlib.sha256(content).hexdigest(),
                media_type="application/json",
                size=len(content),
            ),
        ),
        seeded=SEEDED,
        control=RED,
    )
    return replace(made, **changes)


def outage(service: str, *, page: float = 22.8, begin: float = NOW - 3660) -> tuple[Any, ...]:
    """What is seen when a service is killed: from the fault to the page to the recovery."""

    def seen(offset: float, source: str, kind: str, subject: str, **rest: Any) -> Observation:
        return Observation(at=begin + offset, source=source, kind=kind, subject=subject, **rest)

    def sent(offset: float, channel: str, text: str) -> Observation:
        labels = {"channel": channel, "receiver": "platform-page", "service": service}
        named = f"{channel}{offset}"
        return seen(offset, "sink", "page", "ServiceDown", text=text, id=named, labels=labels)

    alert = {"service": service, "severity": "page"}
    return (
        seen(
            -5.0, "sink", "page", "OfAnEarlierDrill", text="resolved", labels={"channel": "slack"}
        ),
        seen(-0.5, "drill", "step", "steady"),
        seen(0.0, "drill", "step", "inject", text=f"Kill {service}"),
        seen(0.1, "prometheus", "alert", "Watchdog", text="firing", labels={"severity": "info"}),
        seen(3.4, "scrape", "sample", "up", value=0.0, labels={"service": service}),
        seen(8.1, "prometheus", "alert", "ServiceDown", text="pending", labels=alert),
        seen(18.2, "prometheus", "alert", "ServiceDown", text="firing", labels=alert),
        *(sent(page + step / 1000, each, "firing") for step, each in enumerate(CHANNELS)),
        seen(page + 0.3, "drill", "step", "undo"),
        seen(page + 1.6, "drill", "step", "recovered"),
        *(sent(page + 30 + step / 1000, each, "resolved") for step, each in enumerate(CHANNELS)),
    )


CHANNELS = ("slack", "email", "pagerduty")


def today(*made: Evidence, now: float = NOW, **changes: Any) -> Today:
    """A day on which nothing has changed since this evidence was made."""
    subjects: dict[str, str] = {}
    engines: dict[str, str] = {}
    for each in made:
        subjects |= each.subjects
        engines |= each.engines
    plain = Today(environment="rehearsal", subjects=subjects, engines=engines, now=now)
    return replace(plain, **changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A report with everything that it was made from."""

    report: Report
    evidence: Mapping[str, Evidence]
    key: SigningKey


def trial(key: SigningKey) -> Trial:
    """Twelve pieces of evidence: proven, failed, unknown, stale and excepted."""
    made = {each.expectation: each for each in _evidence()}
    index: dict[str, tuple[str, ...]] = {}
    for each in made.values():
        for item in each.requirements:
            index[item] = (*index.get(item, ()), each.expectation)
    index["R06.1"] = ("probe/gateway",)  # never run
    moved = today(*made.values())
    changed = dict(moved.subjects) | {"file:services.worker": digest("other")}
    books = Books(
        index=index,
        evidence=made,
        today=replace(moved, subjects=changed),
        waivers=(
            Waiver(
                covers="R03.3",
                reason="the mail relay is replaced in March",
                owner="ada",
                until=NOW + 90 * DAY,
            ),
        ),
        not_promised={"R15.2": "the file's promises leave it out"},
    )
    assessment = assess(books)
    report = Report(
        system="workflow-platform",
        summary="Runs customers' workflows and tells them how they went.",
        environment=ENVIRONMENT,
        made=NOW,
        key_id=key.public.id,
        assessment=assessment,
        actions=next_actions(assessment, made),
        engines=(
            EngineRow(name="Alertmanager", version="0.34.2", source="release archive"),
            EngineRow(name="Prometheus", version="2.53.3", source="release archive"),
        ),
        processes=(
            ProcessRow(
                name="api.0",
                kind="service",
                address="127.243.194.216",
                pid=22506,
                memory=77_209_600,
                cpu=4.25,
            ),
            ProcessRow(name="prometheus.0", kind="engine", address="127.243.7.9", pid=22410),
            ProcessRow(name="worker.0", kind="service"),
        ),
        envelopes=tuple(dsse.sign(statement(each), key) for each in made.values()),
        seeded=SEEDED,
        log=Head(rows=len(made), digest=digest("log")),
    )
    return Trial(report=report, evidence=made, key=key)


def _evidence() -> tuple[Evidence, ...]:
    late = Figure(name="fault to page", value=74.1, unit="s", target=60.0, bound="<=")
    fast = Figure(name="fault to page", value=19.98, unit="s", target=60.0, bound="<=")
    return (
        evidence(requirements=("R03.1", "S1")),
        evidence("page/prometheus-dead", requirements=("R03.1", "S1"), figures=(fast,)),
        evidence(
            "page/link-cut-api-database",
            requirements=("R03.1", "S1"),
            verdict=Verdict.FAILED,
            reason="the page came 74.1 s after the fault, 60 s are allowed",
            figures=(late,),
            timeline=outage("api", page=74.1),
        ),
        evidence(
            "page/service-hung-worker",
            subjects={"file:services.worker": digest("services.worker")},
        ),
        evidence("routes/severity", requirements=("R03.2",), timeline=(), control=GREEN),
        evidence(
            "delivered/email",
            requirements=("R03.3",),
            verdict=Verdict.FAILED,
            reason="0 of 4 messages arrived",
            figures=(Figure(name="messages", value=0.0, unit="", target=4.0, bound="=="),),
            control=None,
        ),
        evidence(
            "inhibited/dependents",
            requirements=("R03.4",),
            figures=(
                Figure(name="held back", value=15.0, unit="", target=15.0, bound="=="),
                Figure(name="left alone", value=8.0, unit="", target=8.0, bound="=="),
            ),
            control=None,
        ),
        evidence("persistence/prometheus", requirements=("R01.1",), figures=()),
        evidence(
            "coverage/all",
            requirements=("R01.2", "S1"),
            figures=(
                Figure(name="measured", value=100.0, unit="%", target=100.0, bound="=="),
                Figure(name="things to measure", value=15.0, unit=""),
            ),
        ),
        evidence(
            "cardinality/host",
            requirements=("R01.2",),
            expires=NOW - 2 * DAY,
            finished=NOW - 32 * DAY,
            started=NOW - 32 * DAY - 60,
        ),
        evidence(
            "business/executions",
            requirements=("R01.3",),
            verdict=Verdict.UNKNOWN,
            reason="the sink could not be asked: connection refused",
            figures=(),
            timeline=(),
            control=None,
        ),
        evidence("rules/api/ServiceDown-page", requirements=("T1",), timeline=(), figures=()),
    )


def write(made: Trial, folder: Path) -> None:
    """The report's folder, as the command writes it: artefacts lie flat, named by their SHA-256."""
    files = {
        "report.html": html_report(made.report, made.key),
        "junit.xml": junit_report(made.report),
        "signing.pub": made.key.public.pem.encode(),
    }
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    files["report.json"] = json_report(made.report, made.key, digests)
    artefacts = folder / "artefacts"
    artefacts.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    for each in made.evidence.values():
        (artefacts / each.artefacts[0].sha256).write_bytes(raw(each.expectation))


def long_trial(key: SigningKey) -> Trial:
    """A trial whose names and words are far too long, and have no place to break."""
    long = "x" * 180
    figure = Figure(name=long, value=1e17, unit="y" * 40, target=0.5, bound="<=")
    made = evidence(
        f"page/{long}",
        verdict=Verdict.FAILED,
        reason=long * 3,
        summary=long,
        seeded=long,
        subjects={f"file:{long}": digest(long)},
        figures=(figure,),
        timeline=tuple(replace(each, text=each.text or long) for each in outage(long)),
        control=replace(GREEN, defect=long, reason=long),
    )
    books = Books(
        index={"R03.1": (made.expectation,), "S1": (made.expectation,)},
        evidence={made.expectation: made},
        today=today(made),
        not_promised={"R15.2": long},
    )
    plain = trial(key)
    assessment = assess(books)
    report = replace(
        plain.report,
        system=long,
        summary=long,
        environment=replace(ENVIRONMENT, name=long, os=long, kernel=long),
        assessment=assessment,
        actions=next_actions(assessment, {made.expectation: made}),
        engines=(EngineRow(name=long, version=long, source=long),),
        processes=(ProcessRow(name=long, kind=long, address=long, pid=2**22, memory=2**40),),
        envelopes=(dsse.sign(statement(made), key),),
        seeded=long,
    )
    return Trial(report=report, evidence={made.expectation: made}, key=key)


def verified(document: bytes, key: SigningKey) -> bool:
    """Whether a report verifies with the key that signed it."""
    return trusted(verify(document, key.public.pem.encode()))
