"""How a rule is written down, with its test."""

from collections.abc import Mapping

from seatrial.contract.declaration import AlertRule, RuleTest, SeriesInput, Severity, Tier

MINUTE = 60.0
# The longest intervals that `monitoring.scrape` and `monitoring.slow_scrape` may be set to.
SCRAPE, SLOW_SCRAPE = 5.0, 60.0
NOWHERE: Mapping[str, str] = {}


def rule(  # noqa: PLR0917 - a table's columns, read in this order below
    name: str,
    expr: str,
    subject: str,
    owner: str,
    summary: str,
    description: str,
    *,
    hold: float,
    test: RuleTest,
    severity: Severity = Severity.TICKET,
    tier: Tier = Tier.SATURATION,
    interval: float = SCRAPE,
) -> AlertRule:
    """A rule; a ticket unless it says otherwise. `hold` and `interval` are in seconds."""
    return AlertRule(
        name=name,
        expr=expr,
        tier=tier,
        severity=severity,
        subject=subject,
        owner=owner,
        summary=summary,
        description=description,
        hold=hold,
        interval=interval,
        test=test,
    )


def series(
    pairs: tuple[tuple[str, str], ...],
    fires_at: float,
    clear_at: float,
    labels: Mapping[str, str] = NOWHERE,
) -> RuleTest:
    """A test on these series (name, values every 15 s); the instants are in seconds.

    `labels` are those that the alert must tell.
    """
    return RuleTest(
        interval=15,
        inputs=tuple(SeriesInput(series=name, values=values) for name, values in pairs),
        fires_at=fires_at,
        clear_at=clear_at,
        labels=labels,
    )


def regional(pairs: tuple[tuple[str, str], ...], fires_at: float, clear_at: float) -> RuleTest:
    """The same in one region, which the alert must tell."""
    there = tuple((f'{name.removesuffix("}")},region="r"}}', values) for name, values in pairs)
    return series(there, fires_at, clear_at, {"region": "r"})


def tags_of(*pairs: tuple[str, str]) -> str:
    """A selector of these labels, which is also how a test writes a series."""
    return "{" + ",".join(f'{key}="{value}"' for key, value in pairs) + "}"
