"""What a report says, before it has a form. The application fills it."""

from collections.abc import Mapping
from dataclasses import dataclass

from seatrial.contract.evidence import Environment, Evidence, Verdict
from seatrial.evidence.assess import Assessment
from seatrial.evidence.dsse import Envelope
from seatrial.evidence.statement import evidence_of
from seatrial.evidence.store import Head


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAction:
    """Something to do: `severity` is the verdict that it would cure, `command` may be empty."""

    severity: Verdict
    what: str
    why: str
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineRow:
    """An engine: its name, the version that ran, and where its programs came from."""

    name: str
    version: str
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessRow:
    """A process of the system or around it. `memory` is resident bytes, `cpu` seconds used."""

    name: str
    kind: str
    address: str = ""
    pid: int | None = None
    memory: int | None = None
    cpu: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that every face of the report is made from.

    `made` is in seconds since the epoch. `envelopes` hold the newest signed evidence of each
    expectation; `log` is the end of the store's chain. `seeded` is a sentence, or empty.
    """

    system: str
    summary: str
    environment: Environment
    made: float
    key_id: str
    assessment: Assessment
    actions: tuple[NextAction, ...] = ()
    engines: tuple[EngineRow, ...] = ()
    processes: tuple[ProcessRow, ...] = ()
    envelopes: tuple[Envelope, ...] = ()
    seeded: str = ""
    log: Head | None = None


def evidence_in(report: Report) -> Mapping[str, Evidence]:
    """The evidence in a report's envelopes, by expectation."""
    found = (evidence_of(each.payload) for each in report.envelopes)
    return {each.expectation: each for each in found}
