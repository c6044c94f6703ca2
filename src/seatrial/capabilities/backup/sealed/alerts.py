"""Who notices that the system is not sealed: as with the backups of stores, a ticket each."""

from seatrial.capabilities.backup import rules
from seatrial.capabilities.backup.ruling import HOUR, INTERVAL, rule, series, tried
from seatrial.capabilities.backup.sealed import place
from seatrial.contract.declaration import AlertRule, RuleGroup

_WHAT = "the system itself"
_NOW = "`seatrial backup system --now` takes another."
_LOST = "What was changed since is on this machine alone."


def group(owner: str) -> RuleGroup:
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
        ),
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
