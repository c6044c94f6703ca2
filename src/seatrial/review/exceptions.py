"""Findings that somebody has agreed to live with for a while: with reason, owner and last day.

For Compose files and manifests they stand in `.seatrial-assess.yaml` beside them, one way for all
sources; for a seatrial.yaml in its own `exceptions`. One that is over counts again, and says so.
"""

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from seatrial.review.rule import Finding
from seatrial.system.fault import shown
from seatrial.system.problem import Place, Problem

if TYPE_CHECKING:
    from seatrial.system.model import System
    from seatrial.system.tree import Node

FILE = ".seatrial-assess.yaml"
_KEYS = ("rule", "subject", "reason", "owner", "until")
_RULE = re.compile(r"A\d{4}|R(?:0[1-9]|1\d|2[0-2])(?:\.\d)?")
_CURE = "write {rule: A0102, subject: web, reason: why, owner: ada, until: 2026-12-31}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """One exception: `rule` is a rule's id, or a requirement or item; `subject` may be `*`."""

    rule: str
    subject: str
    reason: str
    owner: str
    until: dt.date
    place: Place

    def covers(self, finding: Finding) -> bool:
        """Whether it is about that finding, whatever the day."""
        about = finding.rule.id == self.rule or any(
            each == self.rule or each.startswith(f"{self.rule}.")
            for each in finding.rule.requirements
        )
        return about and self.subject in {"*", finding.subject}


class Standing(StrEnum):
    """Whether a finding counts."""

    COUNTED = "counted"
    EXCEPTED = "excepted"
    EXPIRED = "expired"  # its exception is over: it counts again


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A finding, whether it counts, and the exception that was looked at."""

    finding: Finding
    standing: Standing = Standing.COUNTED
    exemption: Exemption | None = None

    @property
    def counts(self) -> bool:
        """Whether the verdict sees it."""
        return self.standing is not Standing.EXCEPTED


def judge(finding: Finding, exemptions: Collection[Exemption], today: dt.date) -> Judged:
    """Whether a finding counts today; of several exceptions the one that lasts longest."""
    covering = [each for each in exemptions if each.covers(finding)]
    if not covering:
        return Judged(finding=finding)
    last = max(covering, key=lambda each: each.until)
    over = last.until < today
    standing = Standing.EXPIRED if over else Standing.EXCEPTED
    return Judged(finding=finding, standing=standing, exemption=last)


def idle(judged: Collection[Judged], exemptions: Collection[Exemption]) -> tuple[Exemption, ...]:
    """The exceptions that are about nothing any more."""
    return tuple(each for each in exemptions if not any(each.covers(one.finding) for one in judged))


def of_system(system: "System") -> tuple[Exemption, ...]:
    """Those of a seatrial.yaml: they name a requirement; the system's name stands for all of it."""
    return tuple(
        Exemption(
            rule=each.requirement,
            subject=each.subject,
            reason=each.reason,
            owner=each.owner,
            until=each.until,
            place=system.place("exceptions", index),
        )
        for index, each in enumerate(system.exceptions)
    )


def read(
    root: "Node", rules: Mapping[str, object]
) -> tuple[tuple[Exemption, ...], tuple[Problem, ...]]:
    """The exceptions of a `.seatrial-assess.yaml`, and what is wrong with it."""
    problems: list[Problem] = []
    for key in root.entries or ():
        if key != "exceptions":
            place = root.key_place(key)
            problems.append(
                Problem("ST0202", place, f"unknown key {shown(key)}", "write exceptions")
            )
    listed = root.child("exceptions")
    if root.entries is None or (listed is not None and listed.items is None):
        place = root.place if listed is None else listed.place
        problems.append(Problem("ST0202", place, "exceptions is not a list", _CURE))
        return (), tuple(problems)
    found: list[Exemption] = []
    for node in (listed.items if listed is not None else None) or ():
        wrong = tuple(_wrong(node, rules))
        problems += wrong
        if not wrong:
            found.append(_exemption(node))
    return tuple(found), tuple(problems)


def _wrong(node: "Node", rules: Mapping[str, object]) -> Iterator[Problem]:
    if node.entries is None:
        yield Problem("ST0202", node.place, "an exception is not a mapping", _CURE)
        return
    for key in node.entries:
        if key not in _KEYS:
            keys = ", ".join(_KEYS)
            cure = f"an exception has {keys}"
            yield Problem("ST0202", node.key_place(key), f"unknown key {shown(key)}", cure)
    for key in _KEYS:
        child = node.child(key)
        if child is None:
            yield Problem("ST0202", node.place, f"an exception has no {key}", _CURE)
        elif not isinstance(child.value, str) or not child.value.strip():
            yield Problem("ST0202", child.place, f"{key} is {shown(child.value)}, no text", _CURE)
        elif key == "rule":
            yield from _unknown(child, child.value, rules)
        elif key == "until" and _day(child.value) is None:
            written = shown(child.value)
            yield Problem("ST0204", child.place, f"until is {written}, no day", "write 2026-12-31")


def _unknown(node: "Node", rule: str, rules: Mapping[str, object]) -> Iterator[Problem]:
    if _RULE.fullmatch(rule) is None or (rule.startswith("A") and rule not in rules):
        yield Problem(
            "ST0203",
            node.place,
            f"no rule is called {shown(rule)}",
            "write a rule's id as A0102, or a requirement as R07",
        )


def _exemption(node: "Node") -> Exemption:
    texts = {key: str(child.value) for key, child in (node.entries or {}).items()}
    return Exemption(
        rule=texts["rule"],
        subject=texts["subject"],
        reason=texts["reason"],
        owner=texts["owner"],
        until=_day(texts["until"]) or dt.date.min,
        place=node.place,
    )


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
