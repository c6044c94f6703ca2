"""What only PostgreSQL's backups are watched for: damaged pages, an archive that is stuck."""

from seatrial.capabilities.backup.ruling import MINUTE, rule, series, tried
from seatrial.contract.declaration import AlertRule

STUCK = "ArchivingStuck"
_HOLE = (
    "What was written since cannot be restored from there before there is another backup:"
    " `seatrial backup now` takes one, with --in REGION in another region. The moments from the"
    " hole to that backup stay out of reach there."
)

_ROTTEN = (
    "What needs them cannot be restored; `seatrial backup` names it. `seatrial backup now STORE"
    " --kind full` begins anew, with --in REGION in another region. Then see what ails the disk:"
    " earlier moments may stay out of reach."
)


def damaged(job: str, owner: str, store: str) -> AlertRule:
    """Page checksums were wrong in what was copied."""
    newest = series("backup_last_damaged", job)
    return rule(
        "BackupDamaged",
        f"max by (region) ({newest}) == 1",
        (
            f"Pages of {store} have wrong checksums",
            "The server's own disk holds them; older backups are kept as long as `keep` says.",
        ),
        owner,
        job,
        test=tried(newest, "0x4 1x20 0x60", 300, 900),
    )


def rotten(job: str, owner: str, store: str) -> AlertRule:
    """A file in the repository that a restore to now needs is not what was written."""
    files = series("backup_damaged_files", job)
    return rule(
        "RepositoryDamaged",
        f"max by (region) ({files}) > 0",
        (
            f"Files in the repository of {store} are not what was written",
            _ROTTEN,
        ),
        owner,
        job,
        test=tried(files, "0x4 2x20 0x60", 300, 900),
    )


def hole(job: str, owner: str, store: str) -> AlertRule:
    """Of the log that came since the newest backup a part is missing."""
    missing = series("backup_archive_missing", job)
    return rule(
        "ArchiveHole",
        f"max by (region) ({missing}) > 0",
        (
            f"The log of {store} that was archived has a hole",
            _HOLE,
        ),
        owner,
        job,
        hold=10 * MINUTE,
        test=tried(missing, "0x4 2x80 0x80", 900, 1800),
    )


def stuck(job: str, owner: str, store: str) -> AlertRule:
    """The log does not reach the repository."""
    archive = series("backup_archive_stuck", job)
    return rule(
        STUCK,
        f"max by (region) ({archive}) == 1",
        (
            f"The log of {store} does not reach the repository",
            "What is written now would be lost with the server; its last lines say why.",
        ),
        owner,
        job,
        hold=2 * MINUTE,
        test=tried(archive, "0x4 1x20 0x60", 300, 900),
    )
