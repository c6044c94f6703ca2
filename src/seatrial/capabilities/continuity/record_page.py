"""The page of a record: what was held, which lines of the followed pages were done or not."""

from collections.abc import Iterator, Mapping

from seatrial.capabilities.continuity.following import executed
from seatrial.capabilities.continuity.judging import open_
from seatrial.contract.checklist import Done
from seatrial.contract.document import Block, Document, Heading, Items, Rows, Text, Tone
from seatrial.contract.evidence import Verdict
from seatrial.contract.exercise import PAGE, Record, Said
from seatrial.contract.scenario import State
from seatrial.contract.words import day, duration, instant, second

_TONES: Mapping[Verdict, Tone] = {Verdict.PROVEN: Tone.GOOD, Verdict.FAILED: Tone.BAD}


def record_page(record: Record) -> Document:
    """All of it; a record that is open says so."""
    blocks: list[Block] = [*_head(record), *_drills(record)]
    done = record.executed or executed(record)
    for page, digest in _pages(record):
        own = [each for each in done if each.page == page]
        blocks += [Heading(text=f"The page {page}"), *_followed(page, digest, own)]
    blocks += [*_words(record), *_findings(record)]
    return Document(
        name=f"exercise-{record.planned.name}-record",
        title=f"Record of {record.planned.name}",
        blocks=tuple(blocks),
    )


def _head(record: Record) -> Iterator[Block]:
    planned = record.planned
    yield Text(text=f"Kind: {planned.rung}. Begun {instant(record.begun)} by {record.by}.")
    if record.ended is None:
        yield Text(text="It is open: nothing of it is signed.", tone=Tone.WARN)
    elif record.broken_off:
        yield Text(text=f"Broken off {instant(record.ended)}: {record.broken_off}.", tone=Tone.BAD)
    else:
        yield Text(text=f"Closed {instant(record.ended)} by {record.closed_by}.")
    yield Text(text=f"Present: {', '.join(record.present) or 'nobody written down'}.")
    absent = [each for each in planned.takes_part if each not in record.present]
    if absent:
        yield Text(text=f"Not there: {', '.join(absent)}.", tone=Tone.BAD)


def _drills(record: Record) -> Iterator[Block]:
    if not record.planned.steps:
        return
    yield Heading(text="What was run")
    for each in record.shown:
        took = duration(each.finished - each.started)
        yield Text(
            text=f"{each.expectation}, {second(each.started)}, {took}: {each.verdict}, "
            f"{each.reason} (evidence {each.evidence}).",
            tone=_TONES.get(each.verdict, Tone.WARN),
        )
    if record.left:
        yield Text(text=f"Not run: {', '.join(record.left)}.", tone=Tone.BAD)


def _pages(record: Record) -> Iterator[tuple[str, str]]:
    """The pages that it followed, with the digest that each had when it began."""
    for page in dict.fromkeys(each.page for each in record.planned.lines):
        yield page, record.rests.get(f"{PAGE}{page}", "")


def _followed(page: str, digest: str, own: list[Done]) -> Iterator[Block]:
    met = [each for each in own if each.state is State.MET]
    yield Text(
        text=f"{len(met)} of {len(own)} lines of {page} were done. The page as it was followed:"
        f" SHA-256 `{digest}`.",
        tone=Tone.GOOD if len(met) == len(own) else Tone.BAD,
    )
    if met:
        yield Rows(
            header=("what", "done", "took", "seen by"),
            rows=tuple(
                (
                    f"{each.text} (`{each.line}`)",
                    second(each.at) if each.at is not None else "",
                    duration(each.seconds) if each.seconds is not None else "not timed",
                    each.seen,
                )
                for each in met
            ),
        )
    for each in own:
        if each.state is not State.MET:
            what = "Not done" if each.state is State.BROKEN else "Not known to be done"
            yield Text(text=f"{what}: {each.text} (`{each.line}`): {each.seen}.", tone=Tone.BAD)


def _words(record: Record) -> Iterator[Block]:
    for title, said in (("Decisions", record.decisions), ("Answers", record.answers)):
        if said:
            yield Heading(text=title)
            yield Items(items=tuple(_said(each) for each in said))


def _said(one: Said) -> str:
    card = f"{one.card}: " if one.card else ""
    return f"{card}{one.text} ({one.by}, {second(one.at)})"


def _findings(record: Record) -> Iterator[Block]:
    left = open_(record)
    if not record.lessons:
        return
    yield Heading(text="Findings")
    for each in record.lessons:
        open_until = f"open, due {day(each.due)}" if each in left else f"mended: {each.how}"
        yield Text(text=f"{each.number}. {each.text} ({each.owner}): {open_until}.")
