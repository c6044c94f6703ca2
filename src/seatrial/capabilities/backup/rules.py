"""Who notices that backups are not taken, or not read: late, failed, odd, nobody there.

All are tickets: the system itself works on, and each leaves some time before the RPO is spent.
"""

import math

from seatrial.capabilities.backup import place, policy, products
from seatrial.capabilities.backup.place import Keeper
from seatrial.capabilities.backup.ruling import HOUR, INTERVAL, MINUTE, rule, series, tried
from seatrial.contract.declaration import AlertRule, RuleGroup, RuleTest, SeriesInput
from seatrial.system.model import System

_TIMES = 2  # how many times smaller or larger than usual a backup is odd
_ROOM = 1.5  # times the newest full backup: the next may be larger, and log comes with it
_FULL = "backup_last_full_stored_bytes"
_SMALL = 1e6  # bytes below which none is: a few rows would double it


def group(system: System, keeper: Keeper) -> RuleGroup:
    """Every alert about the backups of one store in one place.

    How its server does is told by who keeps them at home, and by who stands where home is not: with
    its region home's is lost, too.
    """
    job, store = keeper.name, keeper.subject
    owner = policy.kept(system, keeper.store).owner
    product = products.of(system, keeper.store)
    told = not keeper.region or place.stands(system, keeper)
    files = policy.product(system, keeper.store) == policy.FILES
    return RuleGroup(
        name=f"backup:{keeper.store}" + (f":{keeper.region}" if keeper.region else ""),
        interval=INTERVAL,
        alerts=(
            down(job, owner, store),
            unseen(job, owner, store, product.seen),
            late(job, owner, store, product.late(system, keeper.store), product.lost),
            failed(job, owner, store, ", or those that are there could not be read"),
            unverified(job, owner, store, policy.verify(system, keeper.store)),
            _odd(job, owner, store),
            # what a snapshot of files adds says nothing of what the next one will
            *(() if keeper.region or files else (full(job, owner, store),)),
            *(each(job, owner, store) for each in product.alerts),
            *(each(job, owner, store) for each in product.server if told),
        ),
    )


def down(job: str, owner: str, store: str) -> AlertRule:
    """The daemon does not answer."""
    up = series("up", job)
    return rule(
        "BackupsDown",
        f"max by (region) ({up}) == 0",
        (f"Nobody takes the backups of {store}", "The daemon that takes them does not answer."),
        owner,
        job,
        hold=MINUTE,
        test=tried(up, "1x4 0x20 1x60", 300, 900),
    )


def unseen(job: str, owner: str, store: str, seen: tuple[str, ...]) -> AlertRule:
    """It answers, and does not tell what it must."""
    up, *shown = (series(each, job) for each in ("up", *seen))
    known = " and ".join(f"max by (region) ({each})" for each in shown)
    there = (*("1x120" for _ in shown), "0x4 stale _x40 0x70")
    return rule(
        "BackupsUnseen",
        f"max by (region) ({up}) == 1 unless ({known})",
        (
            f"Nobody knows how the backups of {store} are",
            "The repository or the server does not answer; the daemon's last lines say why.",
        ),
        owner,
        job,
        hold=5 * MINUTE,
        test=RuleTest(
            interval=INTERVAL,
            inputs=tuple(
                SeriesInput(series=f'{each.removesuffix("}")},region="r"}}', values=values)
                for each, values in zip((up, *shown), there, strict=True)
            ),
            fires_at=600,
            clear_at=1200,
            labels={"region": "r"},
        ),
    )


def late(
    job: str,
    owner: str,
    store: str,
    after: float,
    lost: str,
    *,
    cure: str = "`seatrial backup now` takes one.",
) -> AlertRule:
    """The newest is older than `after` seconds; what was changed since is `lost`."""
    last = series("backup_last_completed_timestamp_seconds", job, ',type="incremental"')
    step = 240.0  # seconds between samples; one that is 5 minutes old counts no more
    number = math.ceil(after / step) + 4  # samples until another backup is whole
    again = number * step
    return rule(
        "BackupLate",
        f"time() - max by (region) ({last}) > {after:.0f}"
        f" or max by (region) ({series('backups_held', job)}) == 0",
        (
            f"The newest backup of {store} is older than it may be",
            f"{lost} {cure}",
        ),
        owner,
        job,
        hold=5 * MINUTE,
        test=tried(last, f"0x{number - 1} {again:.0f}x20", again - step, again + 2 * step, step),
    )


def unverified(job: str, owner: str, store: str, every: float) -> AlertRule:
    """Nobody has read them for twice as long as that should take, and an hour."""
    last, after = series("backup_verified_timestamp_seconds", job), _TIMES * every + HOUR
    step = 240.0
    number = math.ceil(after / step) + 4  # samples until all was read once more
    again = number * step
    return rule(
        "BackupsUnverified",
        f"time() - max by (region) ({last}) > {after:.0f}",
        (
            f"Nobody has read the backups of {store} for too long",
            "What is damaged there a restore would find; the daemon's last lines say why.",
        ),
        owner,
        job,
        hold=5 * MINUTE,
        test=tried(last, f"0x{number - 1} {again:.0f}x20", again - step, again + 2 * step, step),
    )


def failed(job: str, owner: str, store: str, more: str = "") -> AlertRule:
    """One could not be taken; `more` says what else counts."""
    failures = series("backup_failures_total", job)
    return rule(
        "BackupFailed",
        f"sum by (region) (increase({failures}[1h])) > 0",
        (
            f"A backup of {store} failed{more}",
            "It is tried again; the daemon's last lines say why.",
        ),
        owner,
        job,
        window=MINUTE,
        test=tried(
            series("backup_failures_total", job, ',type="full"'), "0x4 1x120", 600, 5400, MINUTE
        ),
    )


def full(job: str, owner: str, store: str) -> AlertRule:
    """The next full backup does not fit beside the others, which go only once it is whole."""
    free, last = (series(each, job) for each in ("backup_repository_free_bytes", _FULL))
    placed = [f'{each.removesuffix("}")},region="r"}}' for each in (free, last)]
    return rule(
        "RepositoryFull",
        f"max by (region) ({free}) < {_ROOM} * max by (region) ({last})",
        (
            f"The next full backup of {store} does not fit where its repository lies",
            "It fails then, and the log with it. Make room on that disk, or grow it.",
        ),
        owner,
        job,
        hold=MINUTE,
        test=RuleTest(
            interval=INTERVAL,
            inputs=(
                SeriesInput(series=placed[0], values="9e+09x4 2e+09x20 9e+09x60"),
                SeriesInput(series=placed[1], values="2e+09x100"),
            ),
            fires_at=300,
            clear_at=900,
            labels={"region": "r"},
        ),
    )


def _odd(job: str, owner: str, store: str) -> AlertRule:
    newest, usual = (
        series(each, job) for each in ("backup_last_size_bytes", "backup_usual_size_bytes")
    )
    size, wont = f"max by (region) ({newest})", f"max by (region) ({usual})"
    placed = [f'{each.removesuffix("}")},region="r"}}' for each in (newest, usual)]
    return rule(
        "BackupSizeOdd",
        f"({size} < {wont} / {_TIMES} or {size} > {wont} * {_TIMES})"
        f" and ({size} > {_SMALL:.0f} or {wont} > {_SMALL:.0f})",
        (
            f"The newest backup of {store} is much smaller or larger than those before it",
            "Look whether data was deleted, or written in masses, before older backups go.",
        ),
        owner,
        job,
        test=RuleTest(
            interval=INTERVAL,
            inputs=(
                SeriesInput(series=placed[0], values="5e+09x4 2e+09x20 5e+09x60"),
                SeriesInput(series=placed[1], values="5e+09x100"),
            ),
            fires_at=300,
            clear_at=900,
            labels={"region": "r"},
        ),
    )
