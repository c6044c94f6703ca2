"""What only snapshots are watched for: one that is no longer what it was."""

from seatrial.capabilities.backup.ruling import rule, series, tried
from seatrial.contract.declaration import AlertRule


def damaged(job: str, owner: str, store: str) -> AlertRule:
    """The newest snapshot's file is not as long as it was when it was checked."""
    newest = series("backup_last_damaged", job)
    return rule(
        "BackupDamaged",
        f"max by (region) ({newest}) == 1",
        (
            f"The newest backup of {store} is not what was taken",
            "Its file is shorter or longer than it was. `seatrial backup now` takes another.",
        ),
        owner,
        job,
        test=tried(newest, "0x4 1x20 0x60", 300, 900),
    )
