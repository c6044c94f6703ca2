"""The signed body of a report: an in-toto Statement v1 over the evidence that it holds.

Its predicate is the roll-up, the public key and every evidence envelope; `page` is the digest of
the HTML page that it is embedded in ("" in JSON), `files` those of the files beside it.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter

from seatrial.contract.evidence import Environment
from seatrial.evidence import dsse
from seatrial.evidence.assess import Assessment, exit_code
from seatrial.evidence.canonical import canonical, finite, parsed
from seatrial.evidence.dsse import Envelope
from seatrial.evidence.keys import SigningKey
from seatrial.evidence.report.model import EngineRow, NextAction, ProcessRow, Report
from seatrial.evidence.statement import STATEMENT
from seatrial.evidence.store import Head

PREDICATE = "https://seatrial.dev/attestation/report/v0.1"
_ASSESSMENT: TypeAdapter[Assessment] = TypeAdapter(Assessment)
_ENVIRONMENT: TypeAdapter[Environment] = TypeAdapter(Environment)
_ACTIONS: TypeAdapter[tuple[NextAction, ...]] = TypeAdapter(tuple[NextAction, ...])
_ENGINES: TypeAdapter[tuple[EngineRow, ...]] = TypeAdapter(tuple[EngineRow, ...])
_PROCESSES: TypeAdapter[tuple[ProcessRow, ...]] = TypeAdapter(tuple[ProcessRow, ...])
_LOG: TypeAdapter[Head | None] = TypeAdapter(Head | None)


def signed(
    report: Report, key: SigningKey, *, page: str = "", files: Mapping[str, str] | None = None
) -> Envelope:
    """The report as a signed envelope."""
    return dsse.sign(canonical(_statement(report, key, page, files or {})), key)


def rolled_up(predicate: Mapping[str, Any]) -> Assessment:
    """The assessment in a report's predicate. Raises pydantic's ValidationError, or KeyError."""
    return _ASSESSMENT.validate_python(predicate["assessment"])


def head_in(predicate: Mapping[str, Any]) -> Head | None:
    """The end of the store's chain in a report's predicate. Raises ValidationError, or KeyError."""
    return _LOG.validate_python(predicate["log"])


def _statement(
    report: Report, key: SigningKey, page: str, files: Mapping[str, str]
) -> dict[str, Any]:
    subjects = {"signing-key": key.public.id}
    for number, each in enumerate(report.envelopes, start=1):
        subjects[f"evidence:{number}"] = sha256(each.text).hexdigest()
    if page:
        subjects["report.html"] = page
    return {
        "_type": STATEMENT,
        "subject": [
            {"name": name, "digest": {"sha256": digest}}
            for name, digest in sorted(subjects.items())
        ],
        "predicateType": PREDICATE,
        "predicate": {
            "system": report.system,
            "summary": report.summary,
            "made": float(report.made),
            "environment": _ENVIRONMENT.dump_python(report.environment),
            "publicKey": key.public.pem,
            "exitCode": exit_code(report.assessment.overall),
            "assessment": finite(_ASSESSMENT.dump_python(report.assessment)),
            "actions": _ACTIONS.dump_python(report.actions),
            "engines": _ENGINES.dump_python(report.engines),
            "processes": finite(_PROCESSES.dump_python(report.processes)),
            "seeded": report.seeded,
            "log": _LOG.dump_python(report.log),
            "page": page,
            "files": dict(files),
            "envelopes": [parsed(each.text, "an envelope") for each in report.envelopes],
        },
    }
