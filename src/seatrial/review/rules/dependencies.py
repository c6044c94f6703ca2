"""Dependencies: whether the files say who needs whom, and who waits for whom."""

import re
from collections.abc import Iterator, Mapping

from seatrial.review.lines import compose, manifest, service
from seatrial.review.risk import Risk
from seatrial.review.rule import Rule, Seen, seen
from seatrial.review.subject import Source, Subject
from seatrial.system.importers.sketch import Container

_HOST = re.compile(r"(?:://(?:[^/@\s]*@)?|^|,)([A-Za-z][A-Za-z0-9_.-]*)(?=[:/,]|$)")
_HOSTLIKE = re.compile(r"(?i)(host|url|uri|addr|address|server|servers|endpoint|brokers?|dsn)$")


def _undeclared(subject: Subject) -> Iterator[Seen]:
    names = {each.name for each in subject.containers}
    needs = {each.name: set(each.needs) for each in subject.containers}
    calls = {each.name: _called(each) & names for each in subject.containers}
    both = {name: needs[name] | calls[name] for name in needs}
    for each in subject.containers:
        for name in sorted(calls[each.name] - _reach(each.name, needs) - {each.name}):
            if each.name in _reach(name, both):
                continue  # they call each other: declared both ways, neither could start
            yield seen(
                each,
                "environment",
                f"{each.name} is told the address of {name}, but does not say that it needs it",
                needs=name,
            )


def _called(each: Container) -> set[str]:
    found: set[str] = set()
    for one in each.variables:
        value = one.value or ""
        if "://" in value or _HOSTLIKE.search(one.name):
            found.update(_HOST.findall(value))
    return found


def _reach(name: str, needs: Mapping[str, set[str]]) -> set[str]:
    """Everything that it needs, directly or through others: then the order is said already."""
    found: set[str] = set()
    waiting = list(needs.get(name, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += needs.get(one, ())
    return found


def _unchecked(subject: Subject) -> Iterator[Seen]:
    """Only where what is needed could be waited for: it has a health check."""
    healthy = {
        each.name for each in subject.containers if any(not check.disabled for check in each.checks)
    }
    for each in subject.containers:
        for name in each.needs:
            if name in healthy and each.conditions.get(name) == "service_started":
                yield seen(
                    each,
                    f"depends_on.{name}",
                    f"{each.name} starts as soon as {name} has begun, not when it is healthy",
                    needs=name,
                )


RULES = (
    Rule(
        id="A1101",
        title="a dependency that is not declared",
        requirements=("R17.1",),
        risk=Risk.LOW,
        because="The order of the start, the diagram and the alerts' inhibition miss it.",
        text="A variable holds the name of another service, and `depends_on` (`needs`) does not. "
        "What is needed through another one is not meant, nor are two that call each other. "
        "Values of secrets are not looked at.",
        looks=_undeclared,
        cures={
            Source.COMPOSE: compose(
                lambda _, found: {
                    "depends_on": {found.facts["needs"]: {"condition": "service_started"}}
                }
            ),
            Source.SEATRIAL: service(lambda _, found: {"needs": [found.facts["needs"]]}),
            Source.KUBERNETES: manifest(
                lambda _, found: {"services": {found.subject: {"needs": [found.facts["needs"]]}}},
                note="in seatrial.yaml: Kubernetes has no word for it",
            ),
        },
    ),
    Rule(
        id="A1102",
        title="started before what it needs is healthy",
        requirements=("R16.2",),
        risk=Risk.LOW,
        because="The first minute after every start is full of errors.",
        text="`depends_on` waits for the start only, although what is needed has a health check "
        "that could be waited for. Where it has none, A0201 speaks first.",
        looks=_unchecked,
        cures={
            Source.COMPOSE: compose(
                lambda _, found: {
                    "depends_on": {found.facts["needs"]: {"condition": "service_healthy"}}
                }
            )
        },
    ),
)
