"""How an alert about backups is written, with its test."""

from functools import partial

from seatrial.contract.declaration import RuleTest, SeriesInput, about_itself

MINUTE, HOUR = 60.0, 3600.0
INTERVAL = 15.0  # of the samples, and of the rules
rule = partial(about_itself, interval=INTERVAL)


def series(name: str, job: str, more: str = "") -> str:
    """Those of a daemon, with `more` labels."""
    return f'{name}{{job="{job}"{more}}}'


def tried(
    tested: str, values: str, fires_at: float, clear_at: float, interval: float = INTERVAL
) -> RuleTest:
    """Fires at one moment and is clear at another, in seconds, with these samples."""
    placed = f'{tested.removesuffix("}")},region="r"}}'
    return RuleTest(
        interval=interval,
        inputs=(SeriesInput(series=placed, values=values),),
        fires_at=fires_at,
        clear_at=clear_at,
        labels={"region": "r"},
    )
