"""Who notices that the system is not sealed: as with the backups of stores, a ticket each."""

import math

from seatrial.capabilities.backup import rules
from seatrial.capabilities.backup.ruling import HOUR, INTERVAL, MINUTE, rule, series, tried
from seatrial.capabilities.backup.sealed import place
from seatrial.contract.declaration import AlertRule, RuleGroup

_WHAT = "the system itself"
_NOW = "`seatrial backup system --now` takes another."
_THERE = ',place="us"'  # of samples in tests
_LOST = "What was changed since is on this machine alone."


def group(owner: str, *, elsewhere: bool) -> RuleGroup:
    """Every alert about it; told to the team `owner`."""
    about = (place.NAME, owner, _WHAT)
    return RuleGroup(
        name="backup:system",
        interval=INTERVAL,
        alerts=(
            rules.down(*about),
            rules.unseen(*about, ("backups_held",)),
            rules.late(*about, place.EVERY + HOUR, _LOST, cure=_NOW),
            rules.failed(*about),
            _damaged(owner),
            *((_behind(owner), _refused(owner)) if elsewhere else ()),
        ),
    )


def _behind(owner: str) -> AlertRule:
    name = "backup_elsewhere_last_completed_timestamp_seconds"
    after, step = place.EVERY + 2 * HOUR, 240.0
    number = math.ceil(after / step) + 4  # samples until another one is there
    again = number * step
    return rule(
        "BackupElsewhereLate",
        f"time() - min by (region) ({series(name, place.NAME)}) > {after:.0f}",
        (
            "The newest bundle of the system in another region is older than it may be",
            f"{_LOST} `seatrial backup system` says why.",
        ),
        owner,
        place.NAME,
        hold=5 * MINUTE,
        test=tried(
            series(name, place.NAME, _THERE),
            f"0x{number - 1} {again:.0f}x20",
            again - step,
            again + 2 * step,
            step,
        ),
    )


def _refused(owner: str) -> AlertRule:
    name = "backup_elsewhere_failures_total"
    return rule(
        "BackupElsewhereFailed",
        f"sum by (region) (increase({series(name, place.NAME)}[1h])) > 0",
        (
            "A bundle of the system could not be laid in another region, or read there",
            "It is tried again; `seatrial backup system` says why.",
        ),
        owner,
        place.NAME,
        window=MINUTE,
        test=tried(series(name, place.NAME, _THERE), "0x4 1x120", 600, 5400, MINUTE),
    )


def _damaged(owner: str) -> AlertRule:
    newest = series("backup_last_damaged", place.NAME)
    return rule(
        "BackupDamaged",
        f"max by (region) ({newest}) == 1",
        (
            f"The newest backup of {_WHAT} is not what was taken",
            f"Its file was changed, or its disk fails. {_NOW}",
        ),
        owner,
        place.NAME,
        test=tried(newest, "0x4 1x20 0x60", 300, 900),
    )
