"""What rules say of themselves: whom they call, what they are called, what they lack."""

from typing import Any

from seatrial.capabilities.detection.documents import Document, refused
from seatrial.capabilities.detection.mapping import Kind
from seatrial.contract.declaration import Severity
from seatrial.system.problem import Problem
from seatrial.system.suggest import Suggester

_SEVERITY = {"critical": Severity.PAGE, "high": Severity.PAGE, "medium": Severity.TICKET}


def severity(rule: Any) -> Severity:
    """Whom a level calls: high and critical now, medium in working hours."""
    level = rule.level.name.lower() if rule.level is not None else "medium"
    return _SEVERITY.get(level, Severity.INFO)


def description(rule: Any) -> str:
    """What the rule says of itself, and when it may be wrong."""
    told = " ".join(str(rule.description or rule.title).split())
    doubts = "; ".join(str(each) for each in rule.falsepositives or ())
    return f"{told} It may be: {doubts}." if doubts else told


def ids(rule: Any) -> set[str]:
    """What correlations call a rule by."""
    return {str(each) for each in (rule.id, rule.name) if each}


def no_field(document: Document, name: str, kind: Kind) -> Problem:
    """A rule that asks for a field that its logs have not."""
    names = sorted({*kind.names, *(kind.fields or ())})
    cure = Suggester().cure(name, names, f"write one of {', '.join(names)}")
    told = f"these logs have no field {name!r}"
    return refused("ST5404", document.place(name), document.rule.title, told, cure)
