"""Evidence as an in-toto Statement v1, and back.

Format: https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md. The predicate has
the fields of in-toto's test-result predicate v0.1 (`result`, `configuration`, `passedTests`,
`warnedTests`, `failedTests`) and, under the one key `seatrial`, the whole evidence.
"""

from typing import Any

from pydantic import TypeAdapter, ValidationError

from seatrial.contract.evidence import Evidence, Verdict, judged
from seatrial.evidence.canonical import canonical, finite, parsed
from seatrial.evidence.failure import EvidenceFailure

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://seatrial.dev/attestation/drill/v0.1"
_EVIDENCE: TypeAdapter[Evidence] = TypeAdapter(Evidence)
_RESULT = {Verdict.PROVEN: "PASSED", Verdict.EXCEPTED: "WARNED"}
_LISTED = {"PASSED": "passedTests", "WARNED": "warnedTests", "FAILED": "failedTests"}


def statement(evidence: Evidence) -> bytes:
    """The canonical bytes of the statement. Raises ValueError for evidence without a subject.

    What is neither proven nor excepted is FAILED: the predicate has no word for unknown, and
    unknown must not pass.
    """
    if not evidence.subjects:
        raise ValueError(f"evidence {evidence.id} rests on nothing")
    verdict, _ = judged(evidence)
    result = _RESULT.get(verdict, "FAILED")
    subjects = [_descriptor(*each) for each in sorted(evidence.subjects.items())]
    predicate: dict[str, Any] = {
        "result": result,
        "configuration": [each for each in subjects if not each["name"].startswith("engine:")],
        "passedTests": [],
        "warnedTests": [],
        "failedTests": [],
        "seatrial": _whole(evidence),
    }
    predicate[_LISTED[result]] = [evidence.expectation]
    return canonical(
        {
            "_type": STATEMENT,
            "subject": subjects,
            "predicateType": PREDICATE,
            "predicate": predicate,
        }
    )


def evidence_of(payload: bytes) -> Evidence:
    """The evidence in a statement.

    Raises EvidenceFailure when the bytes are not a statement of ours, or when what it says at its
    top (subjects, result) is not what its evidence says.
    """
    document = parsed(payload, "the statement")
    if not isinstance(document, dict) or document.get("_type") != STATEMENT:
        raise EvidenceFailure("this is not an in-toto statement v1", "give a seatrial report")
    if document.get("predicateType") != PREDICATE:
        raise EvidenceFailure(
            f"the statement's predicate is {document.get('predicateType')!r}, not {PREDICATE}",
            "verify it with the version of seatrial that made it",
        )
    try:
        evidence = _EVIDENCE.validate_python(_own(document))
    except (ValidationError, ValueError, KeyError, TypeError) as error:
        raise EvidenceFailure(
            f"the statement does not hold whole evidence ({_first(error)})",
            "verify it with the version of seatrial that made it",
        ) from None
    if not evidence.subjects or statement(evidence) != payload:
        raise EvidenceFailure(
            "the statement's subjects or result are not those of its evidence",
            "do not trust it: it was not written by seatrial",
        )
    return evidence


def _descriptor(name: str, sha256: str) -> dict[str, Any]:
    return {"name": name, "digest": {"sha256": sha256}}


def _whole(evidence: Evidence) -> Any:
    # through the reader once, so that a count written where a float belongs reads back the same
    plain = finite(_EVIDENCE.dump_python(evidence, mode="python"))
    return finite(_EVIDENCE.dump_python(_EVIDENCE.validate_python(plain), mode="python"))


def _own(document: dict[str, Any]) -> Any:
    return document["predicate"]["seatrial"]


def _first(error: Exception) -> str:
    if isinstance(error, ValidationError):
        found = error.errors()[0]
        return f"{'.'.join(map(str, found['loc']))}: {found['msg']}"
    return str(error)
