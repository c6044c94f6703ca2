"""Offline verification: of a report, of one piece of evidence, of the artefacts they name.

A document is accepted only if every one of its bytes is covered: JSON reports are one canonical
DSSE envelope; an HTML page is covered by the digest that the envelope inside it carries.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from seatrial.contract.evidence import Artefact, Evidence, Verdict, judged
from seatrial.evidence import dsse, statement
from seatrial.evidence.assess import Assessment, Standing, exit_code, worst
from seatrial.evidence.blobs import Blobs, wrong
from seatrial.evidence.canonical import canonical, parsed
from seatrial.evidence.dsse import Envelope
from seatrial.evidence.failure import EvidenceFailure
from seatrial.evidence.keys import PublicKey, public_key
from seatrial.evidence.report import body, page

_CURE = "do not trust it; get an unchanged copy"


class Weight(StrEnum):
    """A `problem` means: do not trust it. A `note` says what was, or could not be, looked at."""

    PROBLEM = "problem"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that verification has to say."""

    weight: Weight
    summary: str
    cure: str = ""


def trusted(findings: Iterable[Finding]) -> bool:
    """Whether nothing speaks against the document."""
    return all(each.weight is not Weight.PROBLEM for each in findings)


def verify(
    document: bytes, public_pem: bytes | None = None, artefacts: Path | None = None
) -> tuple[Finding, ...]:
    """What is to be said of a report (JSON or HTML) or of one envelope of evidence.

    Without `public_pem` the document's own key is used, and a note says so: that shows that it is
    whole, not who made it. `artefacts` is the folder of raw files, named by their SHA-256; without
    it a note says that they were not looked at. Never raises for what the document holds.
    """
    try:
        key = public_key(public_pem) if public_pem is not None else None
        text, digest = _opened(document)
        envelope = dsse.read(text)
        found = parsed(envelope.payload, "the signed text")
        kind = found.get("predicateType") if isinstance(found, dict) else None
        if kind == statement.PREDICATE:
            return _single(envelope, key, artefacts)
        if kind == body.PREDICATE:
            return _report(envelope, found, digest, key, artefacts)
    except EvidenceFailure as failure:
        return (_problem(failure.summary, failure.cure),)
    return (_problem("this is not a seatrial report", "give a report that seatrial wrote"),)


def verify_folder(folder: Path, public_pem: bytes | None = None) -> tuple[Finding, ...]:
    """`verify` of a report's folder: `report.json`, the files beside it, and the artefacts."""
    try:
        document = (folder / "report.json").read_bytes()
    except OSError as error:
        return (_problem(f"{folder}/report.json: {error.strerror}", "give the report's folder"),)
    findings = list(verify(document, public_pem, folder / "artefacts"))
    if not trusted(findings):
        return tuple(findings)
    files = parsed(dsse.read(document).payload, "the report")["predicate"].get("files")
    return (*findings, *_files(files, folder))


def _files(files: Any, folder: Path) -> Iterable[Finding]:
    """What is to be said of the files beside a report; `files` may be anything."""
    if not isinstance(files, dict) or any(Path(name).name != name for name in files):
        yield _problem("its list of files cannot be read", _CURE)
        return
    for name, digest in sorted(files.items()):
        try:
            content = (folder / name).read_bytes()
        except (OSError, ValueError) as error:  # a name with a NUL is a ValueError
            yield _problem(f"{name}: {getattr(error, 'strerror', error)}", _CURE)
            continue
        if sha256(content).hexdigest() != digest:
            yield _problem(f"{name} was changed", _CURE)
    known = {*files, "report.json", "artefacts"}
    more = sorted(each.name for each in folder.iterdir() if each.name not in known)
    if more:
        yield _note(f"not part of the report, and not covered: {', '.join(more)}")


def _opened(document: bytes) -> tuple[bytes, str]:
    """The envelope's text, and the digest of the page around it ("" for JSON)."""
    if document.startswith(b"{"):
        return document, ""
    text, rest = page.split(document)
    return text, sha256(rest).hexdigest()


def _single(
    envelope: Envelope, key: PublicKey | None, artefacts: Path | None
) -> tuple[Finding, ...]:
    if key is None:
        raise EvidenceFailure(
            "evidence alone does not carry its public key", "give it: --key signing.pub"
        )
    dsse.check(envelope, key)
    evidence = statement.evidence_of(envelope.payload)
    return tuple(_artefacts((evidence,), artefacts))


def _report(
    envelope: Envelope,
    document: Mapping[str, Any],
    digest: str,
    key: PublicKey | None,
    artefacts: Path | None,
) -> tuple[Finding, ...]:
    try:
        predicate = document["predicate"]
        own = public_key(predicate["publicKey"].encode("ascii"))
        dsse.check(envelope, key or own)
        if predicate["page"] != digest:
            raise EvidenceFailure("the page around the signed report was changed", _CURE)
        envelopes = [dsse.read(canonical(each)) for each in predicate["envelopes"]]
        assessment = body.rolled_up(predicate)
        subjects = {each["name"]: each["digest"]["sha256"] for each in document["subject"]}
        code = predicate["exitCode"]
    except (KeyError, TypeError, AttributeError, UnicodeError, ValidationError):
        raise EvidenceFailure(
            "the report's parts cannot be read", "verify it with the version that made it"
        ) from None
    findings = [_whose(key, own)]
    evidence: dict[str, Evidence] = {}
    for number, each in enumerate(envelopes, start=1):
        dsse.check(each, key or own)
        one = statement.evidence_of(each.payload)
        evidence[one.expectation] = one
        if subjects.get(f"evidence:{number}") != sha256(each.text).hexdigest():
            findings.append(_problem(f"evidence {number} is not the one signed for", _CURE))
    findings += _consistent(assessment, evidence)
    if code != exit_code(assessment.overall):
        findings.append(_problem("the exit code is not that of the standing", _CURE))
    findings += _artefacts(evidence.values(), artefacts)
    return tuple(findings)


def _whose(key: PublicKey | None, own: PublicKey) -> Finding:
    if key is not None:
        return _note(f"signed by the key that was given, {key.id[:16]}")
    return _note(
        f"the key {own.id[:16]} is the document's own: the document is whole, but this does not "
        "show who made it",
        "compare the key's id with its maker's, or give the key: --key signing.pub",
    )


def _consistent(assessment: Assessment, evidence: Mapping[str, Evidence]) -> Iterable[Finding]:
    """The roll-up may not be better than the evidence it is made of."""
    for each in (
        assessment.overall,
        *assessment.requirements,
        *assessment.criteria,
        *assessment.tests,
    ):
        yield from _below(each, evidence)


def _below(standing: Standing, evidence: Mapping[str, Evidence]) -> Iterable[Finding]:
    for part in standing.parts:
        yield from _below(part, evidence)
    if standing.parts:
        expected = worst(each.verdict for each in standing.parts)
        # the whole is also held to the criteria and tests, so that it may be worse, never better
        if worst((expected, standing.verdict)) is not standing.verdict:
            yield _problem(f"{standing.id} is better than its parts", _CURE)
    elif standing.verdict is Verdict.PROVEN:
        found = evidence.get(standing.id)
        if found is None or judged(found)[0] is not Verdict.PROVEN:
            yield _problem(f"{standing.id} is called proven without evidence of it", _CURE)


def _artefacts(evidence: Iterable[Evidence], folder: Path | None) -> Iterable[Finding]:
    named: dict[str, Artefact] = {
        artefact.sha256: artefact for each in evidence for artefact in each.artefacts
    }
    if folder is None:
        if named:
            yield _note(
                f"{len(named)} artefacts were not looked at",
                "put their folder beside it, named artefacts, or verify the report's whole folder",
            )
        return
    for digest, artefact in sorted(named.items()):
        said = _artefact_wrong(folder, digest)
        if said:
            yield _problem(f"artefact {artefact.name} ({digest[:16]}) {said}", _CURE)


def _artefact_wrong(folder: Path, digest: str) -> str:
    """A report's folder holds them flat, the store under the first two digits."""
    try:
        kept = Blobs(folder).path(digest)
    except ValueError:
        return "has no digest"
    flat = folder / digest
    return wrong(flat if flat.exists() else kept, digest)


def _problem(summary: str, cure: str) -> Finding:
    return Finding(weight=Weight.PROBLEM, summary=summary, cure=cure)


def _note(summary: str, cure: str = "") -> Finding:
    return Finding(weight=Weight.NOTE, summary=summary, cure=cure)
