"""Who notices that backups are not taken: late, failed, damaged, the archive stuck, nobody there.

All are tickets: the system itself works on, and each leaves some time before the RPO is spent.
"""

import math
from functools import partial

from seatrial.capabilities.backup import place, policy
from seatrial.contract.declaration import (
    AlertRule,
    RuleGroup,
    RuleTest,
    SeriesInput,
    about_itself,
)
from seatrial.system.model import System

_MINUTE, _HOUR = 60.0, 3600.0
_INTERVAL = 15.0  # of the samples, and of the rules
_TAKES = _HOUR  # how long a backup may take before it counts as late
_rule = partial(about_itself, interval=_INTERVAL)


def group(system: System, store: str) -> RuleGroup:
    """Every alert about the backups of one store."""
    job, owner = place.named(store), system.stores[store].owner
    every = policy.of(system, store).schedule.incremental.seconds
    return RuleGroup(
        name=f"backup:{store}",
        interval=_INTERVAL,
        alerts=(
            _down(job, owner, store),
            _unseen(job, owner, store),
            _late(job, owner, store, every + _TAKES),
            _failed(job, owner, store),
            _damaged(job, owner, store),
            _stuck(job, owner, store),
        ),
    )


def _series(name: str, job: str, more: str = "") -> str:
    return f'{name}{{job="{job}"{more}}}'


def _test(
    series: str, values: str, fires_at: float, clear_at: float, interval: float = _INTERVAL
) -> RuleTest:
    placed = f'{series.removesuffix("}")},region="r"}}'
    return RuleTest(
        interval=interval,
        inputs=(SeriesInput(series=placed, values=values),),
        fires_at=fires_at,
        clear_at=clear_at,
        labels={"region": "r"},
    )


def _down(job: str, owner: str, store: str) -> AlertRule:
    up = _series("up", job)
    return _rule(
        "BackupsDown",
        f"max by (region) ({up}) == 0",
        (f"Nobody takes the backups of {store}", "The daemon that takes them does not answer."),
        owner,
        job,
        hold=_MINUTE,
        test=_test(up, "1x4 0x20 1x60", 300, 900),
    )


def _unseen(job: str, owner: str, store: str) -> AlertRule:
    up, held, stuck = (
        _series(each, job) for each in ("up", "backups_held", "backup_archive_stuck")
    )
    known = f"max by (region) ({held}) and max by (region) ({stuck})"
    return _rule(
        "BackupsUnseen",
        f"max by (region) ({up}) == 1 unless ({known})",
        (
            f"Nobody knows how the backups of {store} are",
            "The repository or the server does not answer; the daemon's last lines say why.",
        ),
        owner,
        job,
        hold=5 * _MINUTE,
        test=RuleTest(
            interval=_INTERVAL,
            inputs=tuple(
                SeriesInput(series=f'{each.removesuffix("}")},region="r"}}', values=values)
                for each, values in (
                    (up, "1x120"),
                    (held, "1x120"),
                    (stuck, "0x4 stale _x40 0x70"),
                )
            ),
            fires_at=600,
            clear_at=1200,
            labels={"region": "r"},
        ),
    )


def _late(job: str, owner: str, store: str, after: float) -> AlertRule:
    last = _series("backup_last_completed_timestamp_seconds", job, ',type="incremental"')
    step = 240.0  # seconds between samples; one that is 5 minutes old counts no more
    number = math.ceil(after / step) + 4  # samples until another backup is whole
    again = number * step
    return _rule(
        "BackupLate",
        f"time() - max by (region) ({last}) > {after:.0f}"
        f" or max by (region) ({_series('backups_held', job)}) == 0",
        (
            f"The newest backup of {store} is older than it may be",
            "A restore must replay all that was written since. `seatrial backup now` takes one.",
        ),
        owner,
        job,
        hold=5 * _MINUTE,
        test=_test(last, f"0x{number - 1} {again:.0f}x20", again - step, again + 2 * step, step),
    )


def _failed(job: str, owner: str, store: str) -> AlertRule:
    failures = _series("backup_failures_total", job)
    return _rule(
        "BackupFailed",
        f"sum by (region) (increase({failures}[1h])) > 0",
        (f"A backup of {store} failed", "It is tried again; the daemon's last lines say why."),
        owner,
        job,
        window=_MINUTE,
        test=_test(
            _series("backup_failures_total", job, ',type="full"'), "0x4 1x120", 600, 5400, _MINUTE
        ),
    )


def _damaged(job: str, owner: str, store: str) -> AlertRule:
    damaged = _series("backup_last_damaged", job)
    return _rule(
        "BackupDamaged",
        f"max by (region) ({damaged}) == 1",
        (
            f"Pages of {store} have wrong checksums",
            "The server's own disk holds them; older backups are kept as long as `keep` says.",
        ),
        owner,
        job,
        test=_test(damaged, "0x4 1x20 0x60", 300, 900),
    )


def _stuck(job: str, owner: str, store: str) -> AlertRule:
    stuck = _series("backup_archive_stuck", job)
    return _rule(
        "ArchivingStuck",
        f"max by (region) ({stuck}) == 1",
        (
            f"The log of {store} does not reach the repository",
            "What is written now would be lost with the server; its last lines say why.",
        ),
        owner,
        job,
        hold=2 * _MINUTE,
        test=_test(stuck, "0x4 1x20 0x60", 300, 900),
    )
