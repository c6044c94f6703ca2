"""docs/reference/rules.md: every rule of `seatrial assess`, with the lines that cure it."""

import datetime as dt
from collections.abc import Iterator

from scripts.generate.tables import table

from seatrial.review.cure import Cure
from seatrial.review.risk import Risk
from seatrial.review.rule import Rule, Seen
from seatrial.review.rules import FAMILIES, RULES
from seatrial.review.subject import Source, Subject
from seatrial.system.importers.sketch import Container, Port
from seatrial.system.problem import Place

_HEAD = """\
# Rules of the review

Generated from the rules. `seatrial assess` looks at Compose files, manifests of Kubernetes and \
seatrial.yaml, starts nothing and proves nothing: what the files do not say is unknown. \
`seatrial explain A0101` says the same on the command line. An id is never given a new meaning. \
How to leave a finding as it is for a while stands in [A first look](../assess.md#exceptions).

"""
_NAMES = {
    Source.COMPOSE: "Compose",
    Source.KUBERNETES: "Kubernetes",
    Source.SEATRIAL: "seatrial.yaml",
}
_PLACE = Place("compose.yaml", 1, 1)
_WEB = Container(
    name="web", place=_PLACE, image="acme/web:1.4.2", ports=(Port(number=8080, name="http"),)
)
# What a cure may ask of the finding.
_FACTS = {
    "to": "acme/web:VERSION",
    "name": "API_KEY",
    "port": "5432",
    "needs": "db",
    "first": "web",
    "folder": "/etc",
}


def page() -> str:
    """The page."""
    risks = table(("risk", "means"), ((each.value, each.meaning) for each in reversed(Risk)))
    index = table(
        ("rule", "finds", "risk", "requirements"),
        (
            (f"[{each.id}](#{each.id.lower()})", each.title, each.risk.value,
             ", ".join(each.requirements))
            for each in RULES
        ),
    )  # fmt: skip
    parts = [_HEAD + risks, index]
    for family, rules in FAMILIES.items():
        parts.append(f"## {family}\n")
        parts += [_rule(each) for each in rules]
    return "\n".join(parts)


def _rule(rule: Rule) -> str:
    lines = [
        f"### {rule.id} {rule.title} {{: #{rule.id.lower()} }}\n",
        f"Risk **{rule.risk.value}**: {rule.because} About {', '.join(rule.requirements)}.\n",
        f"{rule.text}\n",
    ]
    return "\n".join([*lines, *_cures(rule)])


def _cures(rule: Rule) -> Iterator[str]:
    """The cure in each source, those that are alike once."""
    alike: dict[tuple[str, str], list[str]] = {}
    fixed = False
    for source in rule.cures:
        cure = _cure(rule, source)
        fixed = fixed or cure.edit is not None
        alike.setdefault((cure.lines, cure.note), []).append(_NAMES[source])
    for (lines, note), names in alike.items():
        said = f" ({note})" if note else ""
        yield f"{' and '.join(names)}{said}:\n\n```yaml\n{lines}```\n"
    if fixed:
        yield "`seatrial assess --fix` writes it.\n"


def _cure(rule: Rule, source: Source) -> Cure:
    subject = Subject(
        source=source,
        name="shop",
        files=("compose.yaml",),
        containers=(_WEB,),
        today=dt.date.min,
    )
    found = Seen(subject="web", place=_PLACE, summary="", container=_WEB, facts=_FACTS)
    return rule.cures[source](subject, found)
