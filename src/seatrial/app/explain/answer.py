"""The form of every explanation."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What sort of word was asked about."""

    REQUIREMENT = "requirement"
    ITEM = "item of a requirement"
    CRITERION = "success criterion"
    TEST = "kind of test"
    CODE = "problem"
    RULE = "rule of the review"
    KEY = "key of the file"
    CAPABILITY = "capability"
    ENGINE = "engine"
    ALERT = "alert"
    EXPECTATION = "expectation"
    SCENARIO = "scenario"


class Means(StrEnum):
    """By what it is proven: a fault in what runs, a program on files, or people's record."""

    DRILL = "drill"
    EXAMINATION = "examination"
    RECORD = "record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One expectation, examination or record: what it shows, and with which defect it is red."""

    name: str
    means: Means
    summary: str
    scenario: str
    requirements: tuple[str, ...]
    control: str
    engines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a word means.

    `text` are paragraphs, `facts` pairs of a label and a value, `parts` pairs of a further word
    and what it is. `reads` are dotted keys of the file, `writes` paths under `.seatrial/`.
    """

    word: str
    kind: Kind
    title: str
    text: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    proofs: tuple[Proof, ...] = ()
    engines: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()


Maker = Callable[[], Answer]  # tables of words are made at every call, answers only on demand
