"""The one screen of `seatrial assess`: the verdict, the riskiest findings, each requirement.

Plain escape sequences instead of rich: it is the first command that a stranger types, and rich
takes longer to load than a review takes.
"""

import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Self, TextIO

from seatrial.review.alike import Alike, alike, named
from seatrial.review.assess import Assessment
from seatrial.review.exceptions import Judged
from seatrial.review.overview import Row, Sight
from seatrial.review.risk import Risk
from seatrial.review.rule import Rule
from seatrial.review.subject import Subject
from seatrial.review.there import summary

_STYLE = {Risk.CRITICAL: "1;31", Risk.HIGH: "31", Risk.MEDIUM: "33", Risk.LOW: "36"}
_SIGHT = {Sight.MISSING: "31", Sight.PARTLY: "33", Sight.WRITTEN: "0", Sight.UNKNOWN: "2"}
_BOLD, _DIM = "1", "2"
_WIDTH, _NARROWEST = 100, 30  # columns: off a terminal, and at least
_CURED, _LISTED = 3, 9  # rules with their cure, and without
_LINES = 8  # of a cure; more are in --all
_WIDE, _NARROW = 92, 56  # columns from which on all of the table fits, and its middle


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """Where words go: a stream, whether it has colours, and how many columns."""

    stream: TextIO
    colour: bool
    width: int

    @classmethod
    def of(cls, stream: TextIO) -> Self:
        """Colours on a terminal only, and not where NO_COLOR is set (no-color.org)."""
        terminal = stream.isatty()
        colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        columns = shutil.get_terminal_size((_WIDTH, 24)).columns
        return cls(stream=stream, colour=colour, width=max(columns, _NARROWEST))

    def line(self, *parts: tuple[str, str] | str, cut: bool = True) -> None:
        """A line of (text, style) parts; one that is too wide ends in an ellipsis."""
        left, written = self.width if cut else sys.maxsize, ""
        for part in parts:
            text, style = (part, "") if isinstance(part, str) else part
            text = _showable(text)
            if len(text) > left:
                text = f"{text[: max(left - 1, 0)]}…" if left else ""
            left -= len(text)
            written += f"\x1b[{style}m{text}\x1b[0m" if self.colour and style and text else text
        self.stream.write(written.rstrip() + "\n")

    def difference(self, lines: Iterable[str]) -> None:
        """A unified diff."""
        styles = {"+": "32", "-": "31", "@": "36"}
        for each in lines:
            self.line((each, styles.get(each[:1], "")), cut=False)


def _showable(text: str) -> str:
    """Names of the user's files stand in every line: nothing that a terminal would obey."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


def show(assessment: Assessment, face: Face, *, fail_on: str, everything: bool) -> None:
    """Print it."""
    _verdict(assessment, face, fail_on)
    groups = assessment.by_rule()
    cured = groups if everything else groups[:_CURED]
    for rule, found in cured:
        _cured(rule, found, face, everything=everything)
    listed = groups[len(cured) :][:_LISTED]
    if listed:
        face.line()
    for rule, found in listed:
        _listed(rule, found, assessment.subject, face)
    left = len(groups) - len(cured) - len(listed)
    if len(groups) > len(cured):
        more = f"{left} more rules, and " if left else ""
        face.line((f"{more}every cure: seatrial assess --all", _DIM))
    _exceptions(assessment, face)
    _table(assessment.rows, face)
    if groups:
        first = groups[0][0].id
        face.line((f"seatrial explain {first} says what is behind a rule", _DIM))


def _verdict(assessment: Assessment, face: Face, fail_on: str) -> None:
    subject = assessment.subject
    files = ", ".join(subject.files[:2]) + (
        f" and {len(subject.files) - 2} more" if len(subject.files) > 2 else ""  # noqa: PLR2004
    )
    face.line((subject.name, _BOLD), f"  {files}: {summary(subject)}")
    counts = ", ".join(
        f"{number} {risk.value}"
        for risk in reversed(Risk)
        if (number := sum(one.finding.rule.risk is risk for one in assessment.counted))
    )
    least = Risk.HIGH if fail_on not in set(Risk) else Risk(fail_on)
    if assessment.at_least(least):
        face.line(("NOT READY", "1;31"), f"  {counts}")
    elif counts:
        face.line((f"nothing of risk {least.value} or above", _BOLD), f"  {counts}")
    else:
        face.line(("no rule objects", _BOLD))
    face.line(("Read from files only: nothing was started, nothing is proven.", _DIM))


def _cured(rule: Rule, found: Sequence[Judged], face: Face, *, everything: bool) -> None:
    face.line()
    face.line(
        (rule.risk.value.upper(), _STYLE[rule.risk]),
        (f" {rule.id} {rule.title}", _BOLD),
        (f"  {', '.join(rule.requirements)}", _DIM),
    )
    face.line((f"  {rule.because}", _DIM))
    groups = alike(found)
    for group in groups if everything else groups[:1]:
        _once(group, face, everything=everything)
    rest = [each for group in groups[1:] for each in group]
    if rest and not everything:
        face.line(f"  and {len(rest)} more: {', '.join(named(rest, found[0].finding.place.file))}")


def _once(group: Alike, face: Face, *, everything: bool) -> None:
    """What is said of the first, with its cure, and who else it is said of."""
    finding = group[0].finding
    face.line(f"  {finding.place} ", finding.summary, cut=not everything)
    lines = finding.cure.lines.splitlines()
    for line in lines if everything else lines[:_LINES]:
        face.line((f"    {line}", "32"), cut=not everything)
    if not everything and len(lines) > _LINES:
        face.line(("    ...", "32"))
    if finding.cure.note:
        face.line((f"    # {finding.cure.note}", _DIM), cut=not everything)
    names = named(group[1:], finding.place.file)
    if not names:
        return
    text = f"  and the same of {len(names)} more: {', '.join(names)}"
    for line in _wrapped(text, face.width, everything=everything):
        face.line(line, cut=not everything)


def _wrapped(text: str, width: int, *, everything: bool) -> list[str]:
    """The lines of a text that goes on below itself; one line where it is cut anyway."""
    if not everything:
        return [text]
    return textwrap.wrap(
        text,
        width,
        subsequent_indent="    ",
        drop_whitespace=True,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _listed(rule: Rule, found: Sequence[Judged], subject: Subject, face: Face) -> None:
    file = subject.files[0] if subject.files else ""
    names = named(found, file)
    if [each.finding.subject for each in found] == [subject.name]:
        names = (subject.name,)  # the whole has no line of its own
    face.line(
        (f"{rule.risk.value:<8}", _STYLE[rule.risk]),
        f" {rule.id} {rule.title}",
        (f", {len(found)} times: " if len(found) > 1 else ": ", _DIM),
        (", ".join(names), _DIM),
    )


def _exceptions(assessment: Assessment, face: Face) -> None:
    for each in assessment.expired:
        excuse = each.exemption
        if excuse is not None:
            face.line(
                (f"{excuse.place} ", _BOLD),
                (
                    f"the exception of {excuse.rule} for {excuse.subject} ended on {excuse.until}",
                    "33",
                ),
                f"; {excuse.owner} answers for it",
            )
    for idle in assessment.idle:
        words = f"the exception of {idle.rule} for {idle.subject} is about nothing: delete it"
        face.line((f"{idle.place} ", _BOLD), words)
    if assessment.excepted:
        face.line((f"{len(assessment.excepted)} findings are excepted", _DIM))


def _table(rows: Sequence[Row], face: Face) -> None:
    face.line()
    there, missing = _columns(face.width)
    head = f"{'':4}{'requirement':<19}{'files':<9}"
    head += f"{'there':<{there}}" if there else ""
    face.line((f"{head}{'missing':<{missing}}today" if missing else head, _DIM))
    for row in rows:
        parts: list[tuple[str, str] | str] = [
            (f"{row.requirement.id} ", _BOLD),
            f"{row.requirement.title:<19}",
            (f"{row.sight.value:<9}", _SIGHT[row.sight]),
        ]
        if there:
            parts.append(_cell("; ".join(row.there), there))
        if missing:
            style = _STYLE[row.risk] if row.risk is not None else ""
            parts += [(_cell(" ".join(row.rules), missing), style), (_today(row), _DIM)]
        face.line(*parts)
    face.line(("today: the items that seatrial can prove, with `seatrial prove`", _DIM))


def _columns(width: int) -> tuple[int, int]:
    """How wide the columns `there` and `missing` are; 0 for none."""
    if width >= _WIDE:
        rest = width - 32 - 12
        return rest * 11 // 20, rest - rest * 11 // 20
    return (0, max(width - 32 - 12, 6)) if width >= _NARROW else (0, 0)


def _cell(text: str, width: int) -> str:
    text = _showable(text)
    return f"{text[: width - 2]}… " if len(text) > width - 1 else f"{text:<{width}}"


def _today(row: Row) -> str:
    """`.1-.3` for the items that can be proven; `-` for none, as most are not built."""
    numbers = [int(id_.partition(".")[2]) for id_ in row.provable]
    runs = [
        [number for _, number in group]
        for _, group in groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0])
    ]
    told = (f".{run[0]}" if len(run) == 1 else f".{run[0]}-.{run[-1]}" for run in runs)
    return " ".join(told) or "not built"
