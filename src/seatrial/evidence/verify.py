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
from seatrial.evidence.told import expired, instant, told

_SHOWN = 5  # names of files that a line holds
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


def problem(summary: str, cure: str) -> Finding:
    """Something that speaks against the document."""
    return Finding(weight=Weight.PROBLEM, summary=summary, cure=cure)


def note(summary: str, cure: str = "") -> Finding:
    """Something that whoever trusts it should know."""
    return Finding(weight=Weight.NOTE, summary=summary, cure=cure)


def trusted(findings: Iterable[Finding]) -> bool:
    """Whether nothing speaks against the document."""
    return all(each.weight is not Weight.PROBLEM for each in findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Whose signature is wanted, where the raw files lie, and what the time is."""

    key: PublicKey | None
    artefacts: Path | None
    now: float | None


def verify(
    document: bytes,
    public_pem: bytes | None = None,
    artefacts: Path | None = None,
    *,
    now: float | None = None,
) -> tuple[Finding, ...]:
    """What is to be said of a report (JSON or HTML) or of one envelope of evidence.

    Without `public_pem` the document's own key is used, and a note says so: that shows that it is
    whole, not who made it. `artefacts` is the folder of raw files, named by their SHA-256; without
    it a note says that they were not looked at. With `now`, in seconds since the epoch, notes say
    how old it is and what of it has expired. Never raises for what the document holds.
    """
    try:
        key = public_key(public_pem) if public_pem is not None else None
        asked = _Asked(key=key, artefacts=artefacts, now=now)
        text, digest = _opened(document)
        envelope = dsse.read(text)
        found = parsed(envelope.payload, "the signed text")
        kind = found.get("predicateType") if isinstance(found, dict) else None
        if kind == statement.PREDICATE:
            return _single(envelope, asked)
        if kind == body.PREDICATE:
            return _report(envelope, found, digest, asked)
    except EvidenceFailure as failure:
        return (problem(failure.summary, failure.cure),)
    return (problem("this is not a seatrial report", "give a report that seatrial wrote"),)


def verify_folder(
    folder: Path, public_pem: bytes | None = None, *, now: float | None = None
) -> tuple[Finding, ...]:
    """`verify` of a report's folder: `report.json`, the files beside it, and the artefacts."""
    try:
        document = (folder / "report.json").read_bytes()
    except OSError as error:
        return (problem(f"{folder}/report.json: {error.strerror}", "give the report's folder"),)
    findings = list(verify(document, public_pem, folder / "artefacts", now=now))
    if not trusted(findings):
        return tuple(findings)
    predicate = parsed(dsse.read(document).payload, "the report").get("predicate")
    if not isinstance(predicate, dict) or "envelopes" not in predicate:
        return (*findings, problem("report.json is no report", "give a report that seatrial wrote"))
    return (
        *findings,
        *_files(predicate.get("files"), folder),
        *_uncovered(_named(predicate["envelopes"]), folder),
    )


def _files(files: Any, folder: Path) -> Iterable[Finding]:
    """What is to be said of the files beside a report; `files` may be anything."""
    if not isinstance(files, dict) or any(Path(name).name != name for name in files):
        yield problem("its list of files cannot be read", _CURE)
        return
    for name, digest in sorted(files.items()):
        try:
            content = (folder / name).read_bytes()
        except (OSError, ValueError) as error:  # a name with a NUL is a ValueError
            yield problem(f"{name}: {getattr(error, 'strerror', error)}", _CURE)
            continue
        if sha256(content).hexdigest() != digest:
            yield problem(f"{name} was changed", _CURE)
    known = {*files, "report.json", "artefacts"}
    more = sorted(each.name for each in folder.iterdir() if each.name not in known)
    if more:
        yield note(f"not part of the report, and not covered: {', '.join(more)}")


def _named(envelopes: Iterable[Any]) -> frozenset[str]:
    """The digests of the artefacts that a verified report's evidence names."""
    found = (statement.evidence_of(dsse.read(canonical(each)).payload) for each in envelopes)
    return frozenset(each.sha256 for one in found for each in one.artefacts)


def _uncovered(named: frozenset[str], folder: Path) -> Iterable[Finding]:
    """A file among the artefacts that nothing names is nobody's evidence."""
    there = folder / "artefacts"
    found = sorted(there.rglob("*")) if there.is_dir() else ()
    more = [each for each in found if not each.is_dir() and each.name not in named]
    if more:
        shown = ", ".join(str(each.relative_to(folder)) for each in more[:_SHOWN])
        rest = f" and {len(more) - _SHOWN} more" if len(more) > _SHOWN else ""
        yield note(f"not part of the report, and not covered: {shown}{rest}")


def _opened(document: bytes) -> tuple[bytes, str]:
    """The envelope's text, and the digest of the page around it ("" for JSON)."""
    if document.startswith(b"{"):
        return document, ""
    text, rest = page.split(document)
    return text, sha256(rest).hexdigest()


def _single(envelope: Envelope, asked: _Asked) -> tuple[Finding, ...]:
    if asked.key is None:
        raise EvidenceFailure(
            "evidence alone does not carry its public key", "give it: --key signing.pub"
        )
    dsse.check(envelope, asked.key)
    evidence = statement.evidence_of(envelope.payload)
    old = () if asked.now is None else expired((evidence,), asked.now)
    return (*map(note, old), *_artefacts((evidence,), asked.artefacts))


def _report(
    envelope: Envelope,
    document: Mapping[str, Any],
    digest: str,
    asked: _Asked,
) -> tuple[Finding, ...]:
    key = asked.key
    try:
        predicate = document["predicate"]
        own = public_key(predicate["publicKey"].encode("ascii"))
        dsse.check(envelope, key or own)
        if predicate["page"] != digest:
            raise EvidenceFailure("the page around the signed report was changed", _CURE)
        envelopes = [dsse.read(canonical(each)) for each in predicate["envelopes"]]
        assessment = body.rolled_up(predicate)
        subjects = {each["name"]: each["digest"]["sha256"] for each in document["subject"]}
        code, made = predicate["exitCode"], instant(predicate["made"])
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
            findings.append(problem(f"evidence {number} is not the one signed for", _CURE))
    findings += _consistent(assessment, evidence)
    if code != exit_code(assessment.overall):
        findings.append(problem("the exit code is not that of the standing", _CURE))
    findings += _artefacts(evidence.values(), asked.artefacts)
    if asked.now is not None:
        findings += map(note, told(assessment, evidence.values(), made, asked.now))
    return tuple(findings)


def _whose(key: PublicKey | None, own: PublicKey) -> Finding:
    if key is not None:
        return note(f"signed by the key that was given, {key.id[:16]}")
    return note(
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
            yield problem(f"{standing.id} is better than its parts", _CURE)
    elif standing.verdict is Verdict.PROVEN:
        found = evidence.get(standing.id)
        if found is None or judged(found)[0] is not Verdict.PROVEN:
            yield problem(f"{standing.id} is called proven without evidence of it", _CURE)


def _artefacts(evidence: Iterable[Evidence], folder: Path | None) -> Iterable[Finding]:
    named: dict[str, Artefact] = {
        artefact.sha256: artefact for each in evidence for artefact in each.artefacts
    }
    if folder is None:
        if named:
            yield note(
                f"{len(named)} artefacts were not looked at",
                "put their folder beside it, named artefacts, or verify the report's whole folder",
            )
        return
    for digest, artefact in sorted(named.items()):
        said = _artefact_wrong(folder, digest)
        if said:
            yield problem(f"artefact {artefact.name} ({digest[:16]}) {said}", _CURE)


def _artefact_wrong(folder: Path, digest: str) -> str:
    """A report's folder holds them flat, the store under the first two digits."""
    try:
        kept = Blobs(folder).path(digest)
    except ValueError:
        return "has no digest"
    flat = folder / digest
    return wrong(flat if flat.exists() else kept, digest)
