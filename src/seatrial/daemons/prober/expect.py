"""Whether an answer is what a step expects. Pure; each judgement is a sentence, "" when right."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seatrial.daemons.prober import path
from seatrial.daemons.prober.plan import SUCCESS, Expect

_SHOWN = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP answer, its body cut at the prober's limit."""

    status: int
    body: bytes

    def document(self) -> Any:
        """Give the body as JSON, None when it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


def judge(expect: Expect, answer: Answer) -> str:
    """Compare an answer with what is expected."""
    if answer.status not in expect.status:
        codes = " or ".join(str(code) for code in sorted(expect.status))
        wanted = "any of 2xx" if expect.status == SUCCESS else codes
        return f"status {answer.status}, {wanted} was expected"
    if expect.contains and expect.contains.encode() not in answer.body:
        return f"the body does not contain {expect.contains!r}"
    return differs(expect.json, answer.document()) if expect.json else ""


def differs(wanted: Mapping[path.Path, Any], document: Any) -> str:
    """Compare the values at their paths; true is not 1."""
    for where, value in wanted.items():
        try:
            found = path.find(document, where)
        except path.PathError as error:
            return str(error)
        if found != value or isinstance(found, bool) != isinstance(value, bool):
            return f"{path.show(where)} is {repr(found)[:_SHOWN]}, {value!r} was expected"
    return ""
