"""What looks at the logs: the pack's and the user's rules, as queries for what runs here."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from sigma.correlations import SigmaCorrelationRule
from sigma.exceptions import SigmaConditionError, SigmaError
from sigma.processing.pipeline import ProcessingItem, ProcessingPipeline
from sigma.processing.transformations import FieldMappingTransformation
from sigma.rule import SigmaDetection, SigmaRule

from seatrial.capabilities.detection.correlations import correlations
from seatrial.capabilities.detection.documents import Document, read, refused
from seatrial.capabilities.detection.mapping import Kind, kind_of
from seatrial.capabilities.detection.model import Found, Rule
from seatrial.capabilities.detection.words import description, ids, no_field, severity
from seatrial.engines.victorialogs.sigma import LogsQLBackend
from seatrial.system.model import System
from seatrial.system.problem import Problem

PACK = "seatrial's pack"


@cache
def pack() -> Mapping[str, str]:
    """The texts of the rules that come with seatrial, by file."""
    folder = files("seatrial.capabilities.detection").joinpath("pack")
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(".yml"))
    return {f"{PACK}/{name}": folder.joinpath(name).read_text(encoding="utf-8") for name in names}


def rules(
    system: System, texts: Mapping[str, str], *, without: frozenset[str], owner: str
) -> Found:
    """The pack's rules and those of these texts, as far as they can be in force here."""
    ours, _ = read(pack())
    theirs, wrong = read(texts)
    problems = list(wrong)
    known: dict[str, Document] = {}
    for each in (*ours, *theirs):
        if each.name in without:
            continue
        if each.name in known:
            problems.append(_twice(each, known[each.name]))
        known.setdefault(each.name, each)
    parts = frozenset(
        each.reference
        for one in known.values()
        if isinstance(one.rule, SigmaCorrelationRule) and not one.rule.generate
        for each in one.rule.rules or ()
    )
    found: dict[str, Rule] = {}
    for name, document in known.items():
        if isinstance(document.rule, SigmaRule):
            one = _rule(document, system, owner, alone=not {name, *ids(document.rule)} & parts)
            if isinstance(one, Rule):
                found[name] = one
            elif not document.file.startswith(PACK):
                problems.append(one)
    made, more = correlations(known, found, parts)
    # the pack is for whoever has such logs: nobody is told of what it cannot do elsewhere
    problems += (each for each in more if each.place and not each.place.file.startswith(PACK))
    return Found(rules=found, correlations=made, problems=tuple(problems))


def _twice(document: Document, other: Document) -> Problem:
    return Problem(
        "ST5405",
        document.place("name", "title"),
        f"{document.name} is also the name of a rule in {other.file}",
        "give it another `name`, or write detection.without to leave the pack's out",
    )


def _rule(document: Document, system: System, owner: str, *, alone: bool) -> Rule | Problem:
    rule: SigmaRule = document.rule
    source = rule.logsource
    kind = kind_of(source.category, source.product, system, owner)
    if kind is None:
        return refused(
            "ST5403",
            document.place("logsource"),
            rule.title,
            f"nothing here writes the logs of {source}",
        )
    unknown = next(_unknown(rule, kind), None)
    if unknown is not None:
        return no_field(document, unknown, kind)
    try:
        (where,) = LogsQLBackend(_renamed(kind)).convert_rule(rule)
    except SigmaConditionError:
        reason = "its condition cannot be read"
        return refused("ST5402", document.place("condition"), rule.title, reason)
    except SigmaError as error:
        return refused("ST5402", document.place("detection"), rule.title, _reason(error))
    except ValueError:
        return refused(
            "ST5402", document.place("condition"), rule.title, "it has several conditions"
        )
    return Rule(
        name=document.name,
        title=rule.title,
        description=description(rule),
        severity=severity(rule),
        where=where,
        kind=kind,
        alone=alone,
    )


def _renamed(kind: Kind) -> ProcessingPipeline:
    """What gives a rule's fields their names here."""
    names: dict[str | None, str | list[str]] = dict(kind.names.items())
    item = ProcessingItem(transformation=FieldMappingTransformation(names))
    return ProcessingPipeline(name="seatrial", items=[item])


def _reason(error: SigmaError) -> str:
    return str(error).partition(" in rule")[0]


def _unknown(rule: SigmaRule, kind: Kind) -> Iterator[str]:
    """The fields of a rule that its logs have not."""
    if kind.fields is None:
        return
    for detection in rule.detection.detections.values():
        for name in _fields(detection):
            if name not in kind.fields and name not in kind.names:
                yield name


def _fields(detection: SigmaDetection) -> Iterator[str]:
    for item in detection.detection_items:
        if isinstance(item, SigmaDetection):
            yield from _fields(item)
        elif item.field is not None:
            yield item.field


def names(texts: Mapping[str, str]) -> frozenset[str]:
    """The names of all rules, the pack's and those of these texts."""
    return frozenset(each.name for one in (pack(), texts) for each in read(one)[0])
