"""A page for each subject's alerts: what each means, what to look at, what to do first.

Links in alerts lead here. The queries are the rules' own, so that a page never shows other
figures than those that fired.
"""

from seatrial.contract.capability import Context
from seatrial.contract.declaration import AlertRule
from seatrial.contract.output import File
from seatrial.system.graph import dependents, needs


def documents(context: Context) -> tuple[File, ...]:
    """`runbooks/<subject>.md` for every subject that an alert is about."""
    by_subject: dict[str, list[AlertRule]] = {}
    for alert in context.declarations.alerts:
        by_subject.setdefault(alert.subject, []).append(alert)
    return tuple(
        File(
            path=f"runbooks/{subject}.md",
            text=_page(context, subject, alerts),
            why=f"what to do when an alert of {subject} arrives",
        )
        for subject, alerts in by_subject.items()
    )


def _page(context: Context, subject: str, alerts: list[AlertRule]) -> str:
    needed = sorted(needs(context.system).get(subject, frozenset()))
    hit = sorted(dependents(context.system).get(subject, frozenset()))
    lines = [
        f"# {subject}",
        "",
        f"- Owner: {alerts[0].owner or 'nobody'}",
        f"- Needs: {', '.join(needed) or 'nothing'}",
        f"- Needed by: {', '.join(hit) or 'nothing'}",
        f"- Look first: `seatrial status` and `seatrial status --logs {subject}`",
    ]
    for alert in alerts:
        lines += [
            "",
            f"## {alert.name}",
            "",
            f"{alert.summary}. {alert.description}",
            "",
            f"- Severity: {alert.severity.value}, tier: {alert.tier.value}",
            f"- Fires when this has results for {alert.hold:g} s:",
            "",
            f"```{alert.language}",
            alert.expr,
            "```",
        ]
    return "\n".join(lines) + "\n"
