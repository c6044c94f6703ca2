"""From evidence to standings: of an expectation, an item, a requirement, and the whole. Pure.

The worst wins: failed, then unknown, then stale, then excepted; proven only where all is proven.
A requirement tells what is built of it. The whole is `unknown` while a promised item is not built:
of what nothing measures, nobody can say that it is ready. So it is while one is built, and nothing
that this system declares shows it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from seatrial.contract.evidence import CONTROL_FILE, Evidence, Verdict, outdated
from seatrial.contract.requirements import CRITERIA, REQUIREMENTS, TESTS, Requirement
from seatrial.contract.words import ago, day
from seatrial.evidence.stale import Today, aged

READY, NOT_READY, UNDETERMINED = 0, 1, 3
WORST_FIRST = (
    Verdict.FAILED,
    Verdict.UNKNOWN,
    Verdict.STALE,
    Verdict.EXCEPTED,
    Verdict.PROVEN,
    Verdict.NOT_BUILT,
    Verdict.NOT_PROMISED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """An exception of the file: `covers` is a requirement, an item or an expectation's name.

    It holds until `until` (seconds since the epoch) and no longer, and for what is about `subject`:
    a service, a store, or "" for whatever the system has.
    """

    covers: str
    subject: str = ""
    reason: str
    owner: str
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known today of one id: an expectation's name, an item, a requirement, `system`.

    `counts` counts the verdicts of what it is made of (`parts`, the same shape one level down);
    `uncontrolled` counts proven expectations below it whose control was not yet shown red.
    """

    id: str
    verdict: Verdict
    sentence: str
    counts: Mapping[Verdict, int] = field(default_factory=dict, hash=False)
    uncontrolled: int = 0
    parts: tuple["Standing", ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing directly below is left unbuilt: else `proven` is only part of it."""
        return self.verdict is not Verdict.NOT_BUILT and Verdict.NOT_BUILT not in self.counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Everything that is assessed.

    `index` maps each item, criterion and test to the names of the expectations that speak for it
    (an id without an entry is not built, or, where it is in `claimed`, not declared here).
    `evidence` maps expectations to their newest evidence.
    `not_promised` maps ids that the system does not promise to the reason. `about` maps each
    expectation to the names of the file that it is about.
    """

    index: Mapping[str, tuple[str, ...]]
    evidence: Mapping[str, Evidence]
    today: Today
    waivers: tuple[Waiver, ...] = ()
    claimed: frozenset[str] = frozenset()
    not_promised: Mapping[str, str] = field(default_factory=dict, hash=False)
    about: Mapping[str, frozenset[str]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The standing of the whole and of everything that it is made of."""

    overall: Standing
    requirements: tuple[Standing, ...]
    criteria: tuple[Standing, ...]
    tests: tuple[Standing, ...]


def assess(books: Books) -> Assessment:
    """Roll all of it up. Same books, same assessment."""
    requirements = tuple(_requirement(each, books) for each in REQUIREMENTS)
    return Assessment(
        overall=_overall(requirements, books),
        requirements=requirements,
        criteria=tuple(_item(each.id, (), books) for each in CRITERIA),
        tests=tuple(_item(each.id, (), books) for each in TESTS),
    )


def exit_code(overall: Standing) -> int:
    """0 ready, 1 not ready, 3 could not be determined."""
    if overall.verdict in (Verdict.PROVEN, Verdict.EXCEPTED):
        return READY
    if overall.verdict in (Verdict.FAILED, Verdict.STALE):
        return NOT_READY
    return UNDETERMINED


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of them; `not-built` where there is none."""
    return min(verdicts, key=WORST_FIRST.index, default=Verdict.NOT_BUILT)


def _requirement(requirement: Requirement, books: Books) -> Standing:
    above = (requirement.id,)
    if requirement.id in books.not_promised:
        return Standing(
            id=requirement.id,
            verdict=Verdict.NOT_PROMISED,
            sentence=f"not promised: {books.not_promised[requirement.id]}",
        )
    parts = tuple(_item(each.id, above, books) for each in requirement.items)
    verdict = worst(each.verdict for each in parts)
    counts = _counted(parts)
    return Standing(
        id=requirement.id,
        verdict=verdict,
        sentence=_said(counts, "item", _uncontrolled(parts)),
        counts=counts,
        uncontrolled=_uncontrolled(parts),
        parts=parts,
    )


def _item(id_: str, above: tuple[str, ...], books: Books) -> Standing:
    if id_ in books.not_promised:
        return Standing(
            id=id_,
            verdict=Verdict.NOT_PROMISED,
            sentence=f"not promised: {books.not_promised[id_]}",
        )
    names = books.index.get(id_, ())
    if not names:
        lack = (Verdict.NOT_BUILT, "not built yet")
        if id_ in books.claimed:
            lack = (Verdict.UNKNOWN, "nothing that the file declares shows it")
        verdict, reason = _waived(id_, above, books, *lack)
        return Standing(id=id_, verdict=verdict, sentence=reason)
    parts = tuple(_expectation(name, (*above, id_), books) for name in names)
    counts = _counted(parts)
    return Standing(
        id=id_,
        verdict=worst(each.verdict for each in parts),
        sentence=_said(counts, "expectation", _uncontrolled(parts)),
        counts=counts,
        uncontrolled=_uncontrolled(parts),
        parts=parts,
    )


def _expectation(name: str, above: tuple[str, ...], books: Books) -> Standing:
    evidence = books.evidence.get(name)
    if evidence is None:
        verdict, reason = Verdict.UNKNOWN, "no evidence yet"
    else:
        found = aged(evidence, books.today)
        verdict, reason = found.verdict, found.reason
    uncontrolled = 0
    if verdict is Verdict.PROVEN:
        open_ = _open(evidence, books.today) if evidence is not None else ""
        if open_:
            uncontrolled, reason = 1, f"{reason}; {open_}"
    else:
        verdict, reason = _waived(name, above, books, verdict, reason)
    return Standing(id=name, verdict=verdict, sentence=reason, uncontrolled=uncontrolled)


def _open(evidence: Evidence, today: Today) -> str:
    """Why nothing shows today that the proof can fail, or empty."""
    control = evidence.control
    if control is None:
        return "control not yet run"
    if any(each.name == CONTROL_FILE and each.sha256 in today.lost for each in evidence.artefacts):
        return "control not yet run: the raw file of the last one is gone"
    if control.red is None:
        return f"control could not be determined ({control.reason})"
    if outdated(control, today.now):
        return f"control too old, it was run {ago(today.now - control.at)}"
    return ""


def _waived(
    name: str, above: tuple[str, ...], books: Books, verdict: Verdict, reason: str
) -> tuple[Verdict, str]:
    about = books.about.get(name, frozenset())
    covering = [
        each
        for each in books.waivers
        if each.covers in (*above, name) and (not each.subject or each.subject in about)
    ]
    for each in covering:
        if books.today.now < each.until:
            why = f"excepted until {day(each.until)} by {each.owner}: {each.reason}"
            return Verdict.EXCEPTED, f"{why} (it is {verdict}: {reason})"
    for each in covering:
        return verdict, f"{reason}; the exception by {each.owner} ended {day(each.until)}"
    return verdict, reason


def _overall(requirements: tuple[Standing, ...], books: Books) -> Standing:
    items = tuple(item for each in requirements for item in each.parts)
    criteria = tuple(_item(each.id, (), books) for each in (*CRITERIA, *TESTS))
    built = [each for each in (*items, *criteria) if each.verdict in WORST_FIRST[:5]]
    known = worst(each.verdict for each in built) if built else Verdict.UNKNOWN
    counts = _counted(items)
    total = sum(len(each.items) for each in REQUIREMENTS)
    promised = total - sum(
        1
        for each in REQUIREMENTS
        for item in each.items
        if {each.id, item.id} & set(books.not_promised)
    )
    unbuilt = counts.get(Verdict.NOT_BUILT, 0)
    verdict = worst((known, Verdict.UNKNOWN)) if unbuilt else known
    open_ = _uncontrolled((*items, *criteria))
    return Standing(
        id="system",
        verdict=verdict,
        sentence=_verdict_sentence(known, counts, promised, open_),
        counts=counts,
        uncontrolled=open_,
        parts=requirements,
    )


def _verdict_sentence(
    known: Verdict, counts: Mapping[Verdict, int], promised: int, uncontrolled: int
) -> str:
    unbuilt = counts.get(Verdict.NOT_BUILT, 0)
    built = promised - unbuilt
    scope = f"{built} of {promised} promised items" if unbuilt else f"all {promised} promised items"
    ready = "Could not be determined: what is built holds" if unbuilt else "Ready"
    few = counts.get(known, 0)  # none of them where a criterion or a test is what spoils it
    which = f"of {scope}, {few}" if few else f"{scope} apart, something"
    start = {
        Verdict.PROVEN: f"{ready}: {scope}, each proven",
        Verdict.EXCEPTED: f"{ready}: {scope}, with exceptions that end",
        Verdict.STALE: f"Not ready: {which} {'rest' if few > 1 else 'rests'} on stale proof",
        Verdict.UNKNOWN: f"Could not be determined: {which} {'are' if few > 1 else 'is'} unknown"
        if built
        else "Could not be determined: nothing that is promised is built",
        Verdict.FAILED: f"Not ready: {which} failed",
    }[known]
    tail = ""
    if unbuilt:
        tail += f". {unbuilt} {_plural(unbuilt, 'item is', 'items are')} not built yet: nobody can "
        tail += f"say whether {_plural(unbuilt, 'it is', 'they are')} met"
    if uncontrolled:
        tail += f". {_not_run(uncontrolled)}"
    return f"{start}{tail}."


def _counted(parts: tuple[Standing, ...]) -> Mapping[Verdict, int]:
    found = {verdict: sum(1 for each in parts if each.verdict is verdict) for verdict in Verdict}
    return {verdict: found[verdict] for verdict in WORST_FIRST if found[verdict]}


def _uncontrolled(parts: tuple[Standing, ...]) -> int:
    """Distinct expectations below, since one may speak for several items."""
    return len(_names(parts))


def _names(parts: tuple[Standing, ...]) -> set[str]:
    found: set[str] = set()
    for each in parts:
        found |= _names(each.parts) if each.parts else ({each.id} if each.uncontrolled else set())
    return found


def _said(counts: Mapping[Verdict, int], noun: str, uncontrolled: int) -> str:
    total = sum(counts.values())
    if list(counts) == [Verdict.NOT_BUILT]:
        return "not built yet"
    parts = ", ".join(f"{count} {verdict.replace('-', ' ')}" for verdict, count in counts.items())
    sentence = f"{parts} of {total} {_plural(total, noun, noun + 's')}"
    return f"{sentence}; {_not_run(uncontrolled).lower()}" if uncontrolled else sentence


def _not_run(count: int) -> str:
    return f"Control not yet shown red for {count} {_plural(count, 'expectation', 'expectations')}"


def _plural(count: int, one: str, many: str) -> str:
    return one if count == 1 else many
