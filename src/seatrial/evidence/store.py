"""The append-only store of signed evidence, in one folder.

`evidence.db` (SQLite) holds the envelopes, `artefacts/` the raw files by their SHA-256. Artefacts
are on disk before the envelope that names them is, so that a crash at any moment leaves at worst
an artefact that nothing names.
"""

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Row, func, select
from sqlalchemy.exc import DatabaseError, IntegrityError

from seatrial.contract.evidence import Evidence
from seatrial.evidence import dsse
from seatrial.evidence.blobs import Blobs
from seatrial.evidence.dsse import Envelope
from seatrial.evidence.failure import EvidenceFailure
from seatrial.evidence.keys import PublicKey
from seatrial.evidence.statement import evidence_of
from seatrial.evidence.tables import ENVELOPES, FIRST, METADATA, chained, engine

DATABASE, ARTEFACTS = "evidence.db", "artefacts"
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One row: its number (from 1), its envelope and the evidence in it."""

    number: int
    envelope: Envelope
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of the chain: how many rows, and the last one's digest.

    Cutting rows off the end leaves a whole chain: only who remembers an earlier head sees it.
    Reports carry theirs for that reason.
    """

    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Store:
    """Evidence in a folder. Safe to use from several processes at once.

    Every method raises EvidenceFailure when the disk or the database does not do as told.
    """

    folder: Path
    engine: Engine
    blobs: Blobs

    @classmethod
    def open(cls, folder: Path) -> "Store":
        """The folder's store, made (private to its owner) where there is none."""
        path = folder / DATABASE
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            # SQLite gives its log and its index the mode of the database
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise EvidenceFailure(
                f"the evidence store cannot be opened ({error.strerror})",
                "give its folder to the user who runs seatrial",
                str(path),
            ) from None
        store = cls(folder, engine(str(path)), Blobs(folder / ARTEFACTS))
        store._within(_made, writes=True)
        return store

    def append(self, envelope: Envelope, artefacts: Mapping[str, bytes]) -> Kept:
        """Keep an envelope, and its artefacts by name. It is on disk when this returns.

        Raises EvidenceFailure when the artefacts are not those that the evidence names, or when
        evidence with this id is kept already.
        """
        evidence = evidence_of(envelope.payload)
        named = {each.name: each for each in evidence.artefacts}
        if set(named) - set(artefacts) or set(artefacts) - set(named):
            odd = ", ".join(sorted(set(named) ^ set(artefacts)))
            raise EvidenceFailure(
                f"evidence {evidence.id} and its artefacts do not name the same files: {odd}",
                "give every artefact that the evidence names, and no other",
            )
        for name, content in artefacts.items():
            if hashlib.sha256(content).hexdigest() != named[name].sha256:
                raise EvidenceFailure(
                    f"artefact {name} of evidence {evidence.id} is not the one it names",
                    "run the drill again",
                )
            self.blobs.put(content)

        def insert(connection: Connection) -> int:
            head = _head(connection)
            connection.execute(
                ENVELOPES.insert().values(
                    number=head.rows + 1,
                    evidence=evidence.id,
                    expectation=evidence.expectation,
                    environment=evidence.environment.name,
                    finished=evidence.finished,
                    envelope=envelope.text,
                    previous=head.digest,
                    digest=chained(head.digest, envelope.text),
                )
            )
            return head.rows + 1

        try:
            number = self._within(insert, writes=True)
        except IntegrityError:
            raise EvidenceFailure(
                f"evidence {evidence.id} is kept already", "give new evidence an id of its own"
            ) from None
        return Kept(number=number, envelope=envelope, evidence=evidence)

    def latest(self, environment: str, key: PublicKey | None = None) -> Mapping[str, Kept]:
        """The newest evidence of each expectation in an environment.

        With a key, evidence that this key did not sign is left out: it proves nothing here.
        """
        newest = (
            select(func.max(ENVELOPES.c.number))
            .where(ENVELOPES.c.environment == environment)
            .group_by(ENVELOPES.c.expectation)
        )
        query = select(ENVELOPES.c.number, ENVELOPES.c.envelope).where(
            ENVELOPES.c.number.in_(newest)
        )
        rows = self._within(lambda connection: connection.execute(query).all())
        kept = [_kept(number, text) for number, text in rows]
        return {
            each.evidence.expectation: each
            for each in kept
            if key is None or _signed(each.envelope, key)
        }

    def history(self, expectation: str) -> tuple[Kept, ...]:
        """Everything ever kept of an expectation, in all environments, oldest first."""
        query = (
            select(ENVELOPES.c.number, ENVELOPES.c.envelope)
            .where(ENVELOPES.c.expectation == expectation)
            .order_by(ENVELOPES.c.number)
        )
        rows = self._within(lambda connection: connection.execute(query).all())
        return tuple(_kept(number, text) for number, text in rows)

    def head(self) -> Head:
        """The end of the chain."""
        return self._within(_head)

    def verify(
        self, key: PublicKey | None = None, head: Head | None = None, *, artefacts: bool = True
    ) -> tuple[str, ...]:
        """What is wrong with the store, a sentence each; empty when all is whole.

        With a key, every signature is checked with it; with an earlier head, also that the chain
        still runs through it; with `artefacts`, that every raw file is there and unchanged.
        """
        problems: list[str] = []
        previous, digests = FIRST, {0: FIRST}
        query = select(ENVELOPES).order_by(ENVELOPES.c.number)
        rows = self._within(lambda connection: connection.execute(query).all())
        for expected, row in enumerate(rows, start=1):
            if row.number != expected:
                problems.append(f"row {expected} is missing")
                break
            if row.previous != previous or chained(row.previous, row.envelope) != row.digest:
                problems.append(f"row {row.number} does not continue the chain: it was changed")
            problems += self._row_problems(row, key, artefacts=artefacts)
            previous = digests[row.number] = row.digest
        if head is not None and digests.get(head.rows) != head.digest:
            problems.append(f"the chain does not run through row {head.rows} as once reported")
        return tuple(problems)

    def _row_problems(self, row: Row[Any], key: PublicKey | None, *, artefacts: bool) -> list[str]:
        try:
            kept = _kept(row.number, row.envelope)
            if key is not None:
                dsse.check(kept.envelope, key)
        except EvidenceFailure as failure:
            return [f"row {row.number}: {failure.summary}"]
        evidence = kept.evidence
        said = (evidence.id, evidence.expectation, evidence.environment.name, evidence.finished)
        problems = []
        if said != (row.evidence, row.expectation, row.environment, row.finished):
            problems.append(f"row {row.number}: its columns are not those of its envelope")
        for each in evidence.artefacts if artefacts else ():
            wrong = self.blobs.wrong(each.sha256)
            if wrong:
                problems.append(f"row {row.number}: artefact {each.name} {wrong}")
        return problems

    def _within(self, act: Callable[[Connection], Result], *, writes: bool = False) -> Result:
        try:
            with (
                self.engine.connect().execution_options(writes=writes) as connection,
                connection.begin(),
            ):
                return act(connection)
        except IntegrityError:
            raise
        except DatabaseError as error:
            raise EvidenceFailure(
                f"the evidence store cannot be used ({error.orig})",
                "see that the disk is not full and the file is whole; a damaged one can be moved "
                "away: a new one is made",
                str(self.folder / DATABASE),
            ) from None


def _made(connection: Connection) -> None:
    METADATA.create_all(connection)


def _head(connection: Connection) -> Head:
    row = connection.execute(
        select(ENVELOPES.c.number, ENVELOPES.c.digest).order_by(ENVELOPES.c.number.desc()).limit(1)
    ).first()
    return Head(rows=0, digest=FIRST) if row is None else Head(rows=row.number, digest=row.digest)


def _signed(envelope: Envelope, key: PublicKey) -> bool:
    try:
        dsse.check(envelope, key)
    except EvidenceFailure:
        return False
    return True


def _kept(number: int, text: bytes) -> Kept:
    envelope = dsse.read(text)
    return Kept(number=number, envelope=envelope, evidence=evidence_of(envelope.payload))
