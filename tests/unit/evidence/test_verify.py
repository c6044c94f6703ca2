"""Offline verification: a changed byte anywhere is found, and what is hostile is no crash."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.evidence import dsse
from seatrial.evidence.blobs import Blobs
from seatrial.evidence.keys import SigningKey
from seatrial.evidence.report.json import json_report
from seatrial.evidence.report.page import OPEN
from seatrial.evidence.statement import statement
from seatrial.evidence.verify import Finding, Weight, trusted, verify, verify_folder


def _summaries(findings: tuple[Finding, ...], weight: Weight) -> list[str]:
    return [each.summary for each in findings if each.weight is weight]


def test_what_was_written_is_trusted(folder: Path, pem: bytes, page: bytes, small: bytes) -> None:
    for found in (
        verify_folder(folder, pem),
        verify((folder / "report.json").read_bytes(), pem, folder / "artefacts"),
        verify((folder / "report.html").read_bytes(), pem, folder / "artefacts"),
        verify(page, pem),
        verify(small, pem),
    ):
        assert trusted(found), found
        assert _summaries(found, Weight.NOTE)[0].startswith("signed by the key that was given")


def test_without_a_key_it_says_that_it_does_not_show_who_made_it(
    report_json: bytes, key: SigningKey
) -> None:
    found = verify(report_json)
    assert trusted(found)
    note = next(each for each in found if "does not show who made it" in each.summary)
    assert key.public.id[:16] in note.summary
    assert "--key" in note.cure


def test_artefacts_that_were_not_looked_at_are_said(report_json: bytes, pem: bytes) -> None:
    assert "12 artefacts were not looked at" in _summaries(verify(report_json, pem), Weight.NOTE)


def test_another_key_is_not_trusted(report_json: bytes, page: bytes, stranger: SigningKey) -> None:
    other = stranger.public.pem.encode()
    for document in (report_json, page):
        assert not trusted(verify(document, other))
    assert not trusted(verify(report_json, b"no key"))


def test_a_report_that_somebody_else_signed_again_is_not_trusted(
    samples: ModuleType, stranger: SigningKey, pem: bytes
) -> None:
    forged = samples.trial(stranger)
    assert trusted(verify(json_report(forged.report, stranger)))
    assert not trusted(verify(json_report(forged.report, stranger), pem))


def test_changed_bytes_all_over_a_report_are_found(small: bytes, pem: bytes) -> None:
    # every byte of both ends, where the envelope's own fields are, and many of the payload
    places = [*range(250), *range(250, len(small) - 250, 41), *range(len(small) - 250, len(small))]
    for number, place in enumerate(places):
        changed = bytearray(small)
        changed[place] ^= (0x01, 0x20, 0x04, 0x80)[number % 4]
        assert not trusted(verify(bytes(changed), pem)), place
        if number % 8 == 0:
            assert not trusted(verify(bytes(changed))), place


@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_any_change_of_a_report_is_found(
    report_json: bytes, page: bytes, pem: bytes, data: st.DataObject
) -> None:
    document = data.draw(st.sampled_from((report_json, page)), label="document")
    start = data.draw(st.integers(0, len(document)), label="start")
    length = data.draw(st.integers(0, 9), label="length")
    new = data.draw(st.binary(max_size=9), label="new")
    changed = document[:start] + new + document[start + length :]
    assert trusted(verify(changed, pem)) == (changed == document)


def test_changed_bytes_all_over_the_page_are_found(page: bytes, pem: bytes) -> None:
    envelope = page.index(OPEN)
    # the page around the envelope closely, the envelope itself as often as it is worth
    places = [*range(0, envelope + len(OPEN) + 64, 211), *range(envelope, len(page), 499)]
    places += range(len(page) - 40, len(page))
    for place in places:
        changed = bytearray(page)
        changed[place] ^= 0x01
        assert not trusted(verify(bytes(changed), pem)), place


def test_a_page_with_two_envelopes_or_none_is_not_trusted(page: bytes, pem: bytes) -> None:
    start = page.index(OPEN)
    block = page[start : page.index(b"</script>", start)]
    for document in (
        page.replace(block, block + b"</script>" + block),
        page.replace(OPEN, b"<script>"),
        page[: start + len(OPEN)],
        page + b"\n",
        page[:-1],
        b"",
    ):
        assert not trusted(verify(document, pem))


def test_an_envelope_in_another_page_is_not_trusted(page: bytes, pem: bytes) -> None:
    assert not trusted(verify(page.replace(b"Not ready", b"Ready"), pem))
    assert not trusted(verify(page.replace(b"</body>", b"<p>All well</p></body>"), pem))


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(each for each in folder.rglob("*") if each.is_file())


def test_a_changed_byte_of_any_file_of_the_report_is_found(folder: Path, pem: bytes) -> None:
    assert len(list(_files(folder))) == 4 + 12
    for path in _files(folder):
        content = path.read_bytes()
        for place in {0, len(content) // 3, len(content) // 2, len(content) - 1}:
            changed = bytearray(content)
            changed[place] ^= 0x01
            path.write_bytes(changed)
            assert not trusted(verify_folder(folder, pem)), (path.name, place)
        path.write_bytes(content)
    assert trusted(verify_folder(folder, pem))


def test_a_missing_file_of_the_report_is_found_by_name(folder: Path, pem: bytes) -> None:
    for path in _files(folder):
        content = path.read_bytes()
        path.unlink()
        problems = _summaries(verify_folder(folder, pem), Weight.PROBLEM)
        assert len(problems) == 1
        assert path.name[:16] in problems[0]
        path.write_bytes(content)


def test_every_changed_byte_of_an_artefact_is_found(
    samples: ModuleType, trial: Any, folder: Path, pem: bytes
) -> None:
    name = "page/service-down-api"
    artefact = trial.evidence[name].artefacts[0]
    path = folder / "artefacts" / artefact.sha256
    content = samples.raw(name)
    document = (folder / "report.json").read_bytes()
    for place in range(0, len(content), 31):
        changed = bytearray(content)
        changed[place] ^= 0x01
        path.write_bytes(changed)
        found = _summaries(verify(document, pem, folder / "artefacts"), Weight.PROBLEM)
        assert found == [f"artefact drill.json ({artefact.sha256[:16]}) was changed"]


def test_artefacts_are_found_where_the_store_keeps_them(
    samples: ModuleType, trial: Any, report_json: bytes, pem: bytes, tmp_path: Path
) -> None:
    blobs = Blobs(tmp_path)
    for name in trial.evidence:
        blobs.put(samples.raw(name))
    assert trusted(verify(report_json, pem, tmp_path))
    shutil.rmtree(blobs.path(trial.evidence["coverage/all"].artefacts[0].sha256).parent)
    assert not trusted(verify(report_json, pem, tmp_path))


def test_a_file_that_is_not_part_of_the_report_is_named(folder: Path, pem: bytes) -> None:
    (folder / "index.html").write_text("all is well")
    found = verify_folder(folder, pem)
    assert trusted(found)
    assert _summaries(found, Weight.NOTE)[-1] == (
        "not part of the report, and not covered: index.html"
    )


def test_a_file_among_the_artefacts_that_nothing_names_is_named(folder: Path, pem: bytes) -> None:
    assert "not covered" not in str(_summaries(verify_folder(folder, pem), Weight.NOTE))
    (folder / "artefacts" / "planted.json").write_text("all is well")
    (folder / "artefacts" / "ab").mkdir()
    (folder / "artefacts" / "ab" / ("ab" * 32)).write_text("all is well")
    found = verify_folder(folder, pem)
    assert trusted(found)
    assert _summaries(found, Weight.NOTE)[-1] == (
        f"not part of the report, and not covered: artefacts/ab/{'ab' * 32}, artefacts/planted.json"
    )


@pytest.mark.parametrize(
    ("days", "age"), [(-2, "still to come"), (0, "today"), (1, "a day ago"), (400, "400 days ago")]
)
def test_it_says_how_old_a_report_is_what_it_found_and_what_has_expired(
    folder: Path, trial: Any, pem: bytes, days: int, age: str
) -> None:
    now = trial.report.made + days * 86400
    notes = _summaries(verify_folder(folder, pem, now=now), Weight.NOTE)
    assert f"it says: {trial.report.assessment.overall.sentence}" in notes
    assert any(
        each.startswith("made ") and each.endswith(age + e)
        for each in notes
        for e in ("", " by this clock")
    )
    old = sum(each.expires <= now for each in trial.evidence.values())
    told = [each for each in notes if "have expired" in each]
    assert [each.split(" ")[0] for each in told] == ([str(old)] if old else [])
    assert (days < 400) or old == len(trial.evidence)
    assert "made " not in str(_summaries(verify_folder(folder, pem), Weight.NOTE))


def test_evidence_alone_that_expired_says_so(
    samples: ModuleType, key: SigningKey, pem: bytes, tmp_path: Path
) -> None:
    made = samples.evidence()
    text = dsse.sign(statement(made), key).text
    Blobs(tmp_path).put(samples.raw(made.expectation))
    assert verify(text, pem, tmp_path, now=made.expires - 1) == ()
    (found,) = verify(text, pem, tmp_path, now=made.expires)
    assert "1 of 1" in found.summary


def test_a_folder_whose_report_is_mere_evidence_is_refused(
    samples: ModuleType, key: SigningKey, pem: bytes, tmp_path: Path
) -> None:
    made = samples.evidence()
    (tmp_path / "artefacts").mkdir()
    Blobs(tmp_path / "artefacts").put(samples.raw(made.expectation))
    (tmp_path / "report.json").write_bytes(dsse.sign(statement(made), key).text)
    assert not trusted(verify_folder(tmp_path, pem))


def test_a_folder_without_a_report_is_said(tmp_path: Path, pem: bytes) -> None:
    (found,) = verify_folder(tmp_path, pem)
    assert found.weight is Weight.PROBLEM
    assert "report.json" in found.summary


def test_one_envelope_of_evidence_is_verified_with_its_key(
    samples: ModuleType, key: SigningKey, stranger: SigningKey, pem: bytes, tmp_path: Path
) -> None:
    made = samples.evidence()
    text = dsse.sign(statement(made), key).text
    Blobs(tmp_path).put(samples.raw(made.expectation))
    assert verify(text, pem, tmp_path) == ()
    assert not trusted(verify(text, stranger.public.pem.encode(), tmp_path))
    assert not trusted(verify(text))  # it does not carry its key
    assert not trusted(verify(text, pem, tmp_path / "elsewhere"))
    for place in range(0, len(text), 13):
        changed = bytearray(text)
        changed[place] ^= 0x01
        assert not trusted(verify(bytes(changed), pem, tmp_path))


@pytest.mark.parametrize(
    "document",
    [b"", b"{}", b"[]", b"null", b"<html></html>", b"\x00" * 64, b"{" * 9999, OPEN + b"</script>"],
)
def test_what_is_no_report_is_said_so(document: bytes, pem: bytes) -> None:
    found = verify(document, pem)
    assert not trusted(found)
    assert all(each.summary and each.cure for each in found)
