"""The log pipeline watches itself: its parts, what waits, what is lost, and silence."""

from functools import partial

from seatrial.capabilities.logs import keeper
from seatrial.contract.declaration import (
    AlertRule,
    RuleGroup,
    RuleTest,
    SeriesInput,
    about_itself,
)
from seatrial.engines.otelcol import workload as otelcol
from seatrial.engines.victorialogs import workload as victorialogs

_MINUTE = 60.0
_EVALUATION = 15.0
_INTERVAL = 15.0  # of the samples that these rules read
_rule = partial(about_itself, interval=_INTERVAL)
_ACCEPTED = f'otelcol_receiver_accepted_log_records{{job="{otelcol.NAME}"}}'
_FAILED = f'otelcol_exporter_send_failed_log_records{{job="{otelcol.NAME}"}}'
_WAITING = f'otelcol_exporter_queue_size{{job="{otelcol.NAME}"}}'
_ROOM = f'otelcol_exporter_queue_capacity{{job="{otelcol.NAME}"}}'
_DROPPED = f'vl_rows_dropped_total{{job="{victorialogs.NAME}"}}'
_AUDIT_DROPPED = f'vl_rows_dropped_total{{job="{victorialogs.AUDIT}"}}'
_RISING = "0x4 0+5x20 100x60"  # a counter, for five minutes
_SHARE = 0.5


def group(owner: str, *, audited: bool) -> RuleGroup:
    """Every alert about logs; all are tickets, because the system itself works on."""
    return RuleGroup(
        name="logs:pipeline",
        interval=_EVALUATION,
        alerts=(
            _down(
                otelcol.NAME,
                "LogCollectorDown",
                owner,
                "Lines stay in their files, which are rotated after some 40 MB a replica.",
            ),
            _down(
                victorialogs.NAME,
                "LogStoreDown",
                owner,
                "Nobody can search; lines wait on the collector's disk.",
            ),
            _down(
                keeper.NAME,
                "LogKeeperDown",
                owner,
                "Nothing reaches the store; lines wait on the collector's disk.",
            ),
            *(_audit(owner) if audited else ()),
            _waiting(owner),
            _lost(owner),
            _silent(owner),
        ),
    )


def _test(
    pairs: tuple[tuple[str, str], ...], fires_at: float, clear_at: float, *, region: bool = True
) -> RuleTest:
    def placed(series: str) -> str:
        return f'{series.removesuffix("}")},region="r"}}' if region else series

    return RuleTest(
        interval=_INTERVAL,
        inputs=tuple(SeriesInput(series=placed(each), values=values) for each, values in pairs),
        fires_at=fires_at,
        clear_at=clear_at,
        labels={"region": "r"} if region else {},
    )


def _down(job: str, name: str, owner: str, description: str) -> AlertRule:
    up = f'up{{job="{job}"}}'
    return _rule(
        name,
        f"max by (region) ({up}) == 0",
        (f"{job} does not answer", description),
        owner,
        job,
        hold=_MINUTE,
        test=_test(((up, "1x4 0x20 1x60"),), 300, 900),
    )


def _audit(owner: str) -> tuple[AlertRule, ...]:
    kept = "Audit lines wait on the collector's disk, and are in the other store."
    return (
        _down(victorialogs.AUDIT, "AuditLogStoreDown", owner, kept),
        _down(keeper.AUDIT, "AuditLogKeeperDown", owner, kept),
        _rule(
            "AuditLogsLost",
            f"sum by (region) (increase({_AUDIT_DROPPED}[5m])) > 0",
            (
                "Audit lines are lost on their way into their store",
                "It does not take them, and its log says why; the other store has them still.",
            ),
            owner,
            victorialogs.AUDIT,
            hold=0.0,
            test=_test(((_AUDIT_DROPPED, _RISING),), 240, 900),
        ),
    )


def _waiting(owner: str) -> AlertRule:
    return _rule(
        "LogsHeldBack",
        f"max by (region) ({_WAITING} / {_ROOM}) > {_SHARE}",
        (
            "Lines wait and are not stored",
            "The store refuses or is too slow; once the queue is full, lines stay in their files.",
        ),
        owner,
        otelcol.NAME,
        hold=2 * _MINUTE,
        test=_test(((_WAITING, "0x4 1500x20 0x60"), (_ROOM, "2000x90")), 300, 900),
    )


def _lost(owner: str) -> AlertRule:
    return _rule(
        "LogsLost",
        f"sum by (region) (increase({_FAILED}[5m])) > 0"
        f" or sum by (region) (increase({_DROPPED}[5m])) > 0",
        (
            "Lines are lost on their way into the store",
            "The collector gives them up, or the store does not take them; its log says why.",
        ),
        owner,
        victorialogs.NAME,
        hold=0.0,
        test=_test(((_FAILED, _RISING), (_DROPPED, "0x90")), 240, 900),
    )


def _silent(owner: str) -> AlertRule:
    return _rule(
        "LogFlowStopped",
        f"sum by (region) (rate({_ACCEPTED}[10m])) == 0",
        (
            "No line has come in for a quarter of an hour",
            "Something always writes. Look whether the collector may read the folder of logs.",
        ),
        owner,
        otelcol.NAME,
        hold=5 * _MINUTE,
        test=_test(((_ACCEPTED, "0+100x20 2000x80 2000+100x60"),), 1500, 2100),
    )
