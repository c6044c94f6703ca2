"""Offline verification, field by field: what is changed, and what is signed and makes no sense."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from seatrial.contract.evidence import Verdict
from seatrial.evidence import dsse
from seatrial.evidence.canonical import canonical
from seatrial.evidence.keys import SigningKey
from seatrial.evidence.statement import statement
from seatrial.evidence.verify import trusted, verify, verify_folder

ODD: tuple[Any, ...] = (None, 0, -1, "", "x", "\u00e9", [], {}, [None], {"a": 1}, "0" * 64, True)


def _body(document: bytes) -> Any:
    return json.loads(base64.b64decode(json.loads(document)["payload"]))


def _again(body: Any, key: SigningKey) -> bytes:
    """The same report signed again: what its own maker could write, by mistake or by malice."""
    return dsse.sign(canonical(body), key).text


def _paths(value: Any, depth: int = 0) -> Iterator[tuple[Any, ...]]:
    places = value.items() if isinstance(value, dict) else enumerate(value)
    for name, each in places:
        yield (name,)
        if isinstance(each, (dict, list)) and depth < 9:
            for rest in _paths(each, depth + 1):
                yield (name, *rest)


def _with(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = json.loads(json.dumps(body))
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return changed


def test_a_change_of_any_field_of_a_report_is_found(small: bytes, pem: bytes) -> None:
    envelope, body = json.loads(small), _body(small)
    for number, path in enumerate(_paths(body)):
        if "assessment" in path and number % 7:
            continue  # many standings of one shape
        for value in ("", None, 0):
            payload = canonical(_with(body, path, value))
            if payload == canonical(body):
                continue
            envelope["payload"] = base64.b64encode(payload).decode()
            assert not trusted(verify(canonical(envelope), pem)), path


def test_a_signed_document_that_makes_no_sense_is_a_finding_and_not_a_crash(
    small: bytes, key: SigningKey, pem: bytes, folder: Path
) -> None:
    body = _body(small)
    for number, path in enumerate(_paths(body)):
        if path[:2] == ("predicate", "assessment") and number % 23:
            continue  # a thousand standings of one shape
        value = ODD[number % len(ODD)]
        document = _again(_with(body, path, value), key)
        for found in (verify(document, pem), verify(document)):
            assert all(each.summary for each in found)
        (folder / "report.json").write_bytes(document)
        verify_folder(folder, pem)


def test_files_that_are_no_files_are_a_finding(
    small: bytes, key: SigningKey, pem: bytes, folder: Path
) -> None:
    body = _body(small)
    (folder / "report.json").write_bytes(_again(body, key))
    assert trusted(verify_folder(folder, pem))
    for value in (
        *(each for each in ODD if each != {}),
        {"": "0" * 64},
        {"../x": "0"},
        {"x\x00": "0"},
        {"x": None},
    ):
        document = _again(_with(body, ("predicate", "files"), value), key)
        (folder / "report.json").write_bytes(document)
        assert not trusted(verify_folder(folder, pem)), value


def test_signed_evidence_that_makes_no_sense_is_a_finding_and_not_a_crash(
    samples: ModuleType, key: SigningKey, pem: bytes, tmp_path: Path
) -> None:
    body = json.loads(statement(samples.evidence(timeline=samples.outage("api")[:2])))
    for path in _paths(body):
        for value in ODD:
            found = verify(_again(_with(body, path, value), key), pem, tmp_path)
            if path[-1] != "artefacts":
                assert not trusted(found), (path, value)  # at the least, its artefact is missing


def _standings(body: Any) -> Iterator[tuple[Any, ...]]:
    for path in _paths(body):
        if path[-1] == "verdict" and "assessment" in path:
            yield path


def test_a_roll_up_that_is_better_than_its_evidence_is_found(
    trial: Any, report_json: bytes, key: SigningKey, pem: bytes
) -> None:
    body = _body(report_json)
    tried = 0
    for path in _standings(body):
        was = body
        for step in path:
            was = was[step]
        if was in (Verdict.PROVEN, Verdict.NOT_BUILT, Verdict.NOT_PROMISED):
            continue
        tried += 1
        document = _again(_with(body, path, "proven"), key)
        found = verify(document, pem)
        standing = body
        for step in path[:-1]:
            standing = standing[step]
        evidence = trial.evidence.get(standing["id"])
        if evidence is None or evidence.verdict is not Verdict.PROVEN or standing["parts"]:
            assert not trusted(found), path
    assert tried > 20


def test_a_wrong_exit_code_is_found(report_json: bytes, key: SigningKey, pem: bytes) -> None:
    for code in (0, 3, "1", None):
        document = _again(_with(_body(report_json), ("predicate", "exitCode"), code), key)
        assert not trusted(verify(document, pem))


def test_evidence_taken_out_or_swapped_is_found(
    report_json: bytes, key: SigningKey, pem: bytes
) -> None:
    body = _body(report_json)
    envelopes = body["predicate"]["envelopes"]
    for changed in (envelopes[1:], [envelopes[1], envelopes[0], *envelopes[2:]], []):
        document = _again(_with(body, ("predicate", "envelopes"), changed), key)
        assert not trusted(verify(document, pem))


def test_evidence_of_another_key_in_a_report_is_found(
    samples: ModuleType, report_json: bytes, key: SigningKey, stranger: SigningKey, pem: bytes
) -> None:
    body = _body(report_json)
    foreign = dsse.sign(statement(samples.evidence()), stranger).text
    body["predicate"]["envelopes"][0] = json.loads(foreign)
    body["subject"][0]["digest"]["sha256"] = sha256(foreign).hexdigest()
    assert not trusted(verify(_again(body, key), pem))
