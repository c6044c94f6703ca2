"""What only snapshots are watched for: one that is no longer what it was."""

from seatrial.capabilities.backup.ruling import rule, series, tried
from seatrial.contract.declaration import AlertRule

_CURE = (
    "Its file is shorter, longer or another than it was. `seatrial backup now` takes one; in"
    " another region the repository is moved aside first."
)


def damaged(job: str, owner: str, store: str) -> AlertRule:
    """The newest snapshot's file is not as long as it was when it was checked, or not the same."""
    newest, files = (series(each, job) for each in ("backup_last_damaged", "backup_damaged_files"))
    return rule(
        "BackupDamaged",
        f"max by (region) ({newest}) == 1 or max by (region) ({files}) > 0",
        (
            f"The newest backup of {store} is not what was taken",
            _CURE,
        ),
        owner,
        job,
        test=tried(newest, "0x4 1x20 0x60", 300, 900),
    )
