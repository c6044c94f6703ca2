"""Findings of one rule that say the same of several subjects, so that it can be said once."""

import re
from collections.abc import Iterable

from seatrial.review.exceptions import Judged
from seatrial.review.rule import Finding

Alike = tuple[Judged, ...]


def alike(found: Iterable[Judged]) -> tuple[Alike, ...]:
    """The findings in groups of the same words and the same cure, but for the subject's name.

    Groups are in the order of their first.
    """
    groups: dict[tuple[str, ...], list[Judged]] = {}
    for each in found:
        groups.setdefault(_said(each.finding), []).append(each)
    return tuple(map(tuple, groups.values()))


def _said(finding: Finding) -> tuple[str, ...]:
    name = re.compile(rf"(?<!\w){re.escape(finding.subject)}(?!\w)")
    words = (finding.rule.id, finding.summary, finding.cure.lines, finding.cure.note)
    return tuple(name.sub("\0", each) for each in words)


def named(found: Iterable[Judged], file: str) -> tuple[str, ...]:
    """Each subject once, with the lines that it is about; `file` is the one that needs no name."""
    lines: dict[str, list[str]] = {}
    for each in found:
        place = each.finding.place
        where = f"{'' if place.file == file else place.file}:{place.line}"
        lines.setdefault(each.finding.subject, []).append(where)
    return tuple(f"{name} ({', '.join(dict.fromkeys(at))})" for name, at in lines.items())
