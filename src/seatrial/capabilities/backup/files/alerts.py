"""What only the files of a repository are watched for: one that is no longer what was written."""

from seatrial.capabilities.backup.ruling import rule, series, tried
from seatrial.contract.declaration import AlertRule


def damaged(job: str, owner: str, service: str) -> AlertRule:
    """A file of the repository is gone, shorter, longer, or does not hold what its name says."""
    newest = series("backup_last_damaged", job)
    return rule(
        "BackupDamaged",
        f"max by (region) ({newest}) == 1",
        (
            f"The backups of {service} are not what was taken",
            "A file of their repository is damaged. Move it aside: then another is begun.",
        ),
        owner,
        job,
        test=tried(newest, "0x4 1x20 0x60", 300, 900),
    )
