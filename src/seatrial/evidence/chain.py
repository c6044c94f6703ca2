"""The chain of the evidence store: asked before anything is proven or reported, and by `verify`."""

from pathlib import Path

from pydantic import ValidationError

from seatrial.evidence import dsse
from seatrial.evidence.canonical import parsed
from seatrial.evidence.failure import EvidenceFailure
from seatrial.evidence.keys import public_key
from seatrial.evidence.report.body import head_in
from seatrial.evidence.store import DATABASE, Head, Store
from seatrial.evidence.verify import Finding, note, problem, trusted, verify

_CURE = "do not trust what it says; get back an unchanged copy, or move it away and prove again"


def is_store(folder: Path) -> bool:
    """Whether a folder is that of a store of evidence."""
    return (folder / DATABASE).is_file()


def whole(store: Store) -> None:
    """See that the chain was not changed. Raises EvidenceFailure with what was.

    Raw files are not looked at: a lost one takes the worth of its own evidence only.
    """
    wrong = store.verify(artefacts=False)
    if wrong:
        more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        place = str(store.folder / DATABASE)
        raise EvidenceFailure(f"the evidence was tampered with: {wrong[0]}{more}", _CURE, place)


def verify_store(
    folder: Path, public_pem: bytes | None = None, since: bytes | None = None
) -> tuple[Finding, ...]:
    """What is to be said of a store: its chain, its raw files and, with a key, its signatures.

    An append-only chain cannot show that its end was cut off: `since`, a report made of it earlier,
    does. Never raises for what they hold.
    """
    try:
        key = public_key(public_pem) if public_pem is not None else None
        head = _head(since, public_pem) if since is not None else None
        store = Store.open(folder)
        wrong = store.verify(key, head)
        rows = store.head().rows
    except EvidenceFailure as failure:
        return (problem(failure.summary, failure.cure),)
    found = [problem(each, _CURE) for each in wrong]
    found.append(note(f"{rows} rows were looked at, with every raw file that they name"))
    if key is None:
        found.append(note("no signature was looked at", "give the key: --key signing.pub"))
    if head is None:
        found.append(
            note(
                "rows that were cut off its end cannot be seen",
                "give a report that was made of it earlier: --since report.json",
            )
        )
    return tuple(found)


def _head(report: bytes, public_pem: bytes | None) -> Head:
    """Where the chain ended when a report was made. Raises EvidenceFailure."""
    against = [each for each in verify(report, public_pem) if not trusted((each,))]
    if against:
        raise EvidenceFailure(f"the earlier report: {against[0].summary}", against[0].cure)
    try:
        head = head_in(parsed(dsse.read(report).payload, "the earlier report")["predicate"])
    except (KeyError, TypeError, ValidationError):
        head = None
    if head is None:
        raise EvidenceFailure(
            "the earlier report does not say where the chain ended",
            "give the report.json of a report",
        )
    return head
