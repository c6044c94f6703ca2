"""What a container runs out of, by its own figures: memory, processor, patience.

The figures are read beside the container, so that they are there for services that tell nothing of
themselves, and for stores. Where nobody counts them (an ordinary user's processes have no groups)
these rules are silent.
"""

from seatrial.capabilities.alerting.rules.writing import MINUTE, SLOW_SCRAPE, regional, rule
from seatrial.contract.declaration import AlertRule

CRASHING, NEAR = "CrashLooping", "MemoryNearLimit"
RESTARTS = 3  # within ten minutes: more is no accident
SHARE = 0.25  # of the periods of a quota


def rules(name: str, owner: str, *, near: str = "", crashing: str = "") -> tuple[AlertRule, ...]:
    """For one service or store.

    `near` and `crashing` are what tells the same by its process's own metrics, where it has any.
    """
    tags = f'{{kind="container",service="{name}"}}'
    return (
        _memory(name, owner, tags, near),
        _killed(name, owner, tags),
        _throttled(name, owner, tags),
        _restarting(name, owner, tags, crashing),
    )


def _either(one: str, other: str) -> str:
    return f"{one} or {other}" if other else one


def _memory(name: str, owner: str, tags: str, near: str) -> AlertRule:
    used, limit = f"container_memory_working_set_bytes{tags}", "container_spec_memory_limit_bytes"
    return rule(
        NEAR,
        _either(f"max by (region) ({used} / ({limit}{tags} > 0)) > 0.9", near),
        name,
        owner,
        f"{name} is within a tenth of its memory limit",
        "At the limit the kernel kills a process in it. All of its processes count, and files that"
        " are kept in memory.",
        hold=2 * MINUTE,
        interval=SLOW_SCRAPE,
        test=regional(((used, "5x4 95x20 5x30"), (f"{limit}{tags}", "100x60")), 300, 600),
    )


def _killed(name: str, owner: str, tags: str) -> AlertRule:
    killed = f"container_oom_events_total{tags}"
    return rule(
        "KilledForMemory",
        f"max by (region) (increase({killed}[10m])) > 0",
        name,
        owner,
        f"The kernel killed a process of {name} for want of memory",
        "Its container reached its memory limit: see what grows, or give it more.",
        hold=0,
        interval=SLOW_SCRAPE,
        test=regional(((killed, "0x4 1x80"),), 120, 900),
    )


def _throttled(name: str, owner: str, tags: str) -> AlertRule:
    held = f"container_cpu_cfs_throttled_periods_total{tags}"
    every = f"container_cpu_cfs_periods_total{tags}"
    return rule(
        "CPUThrottled",
        f"max by (region) (rate({held}[5m]) / (rate({every}[5m]) > 0)) > {SHARE}",
        name,
        owner,
        f"{name} is held back by its CPU limit in more than a quarter of all periods",
        "Its answers wait for the next period although the machine may be idle: raise the limit,"
        " or do less.",
        hold=10 * MINUTE,
        interval=SLOW_SCRAPE,
        test=regional(((held, "0+75x80 6000x60"), (every, "0+150x140")), 1100, 2000),
    )


def _restarting(name: str, owner: str, tags: str, crashing: str) -> AlertRule:
    restarts = f"container_restarts_total{tags}"
    return rule(
        CRASHING,
        _either(f"max by (region) (increase({restarts}[10m])) > {RESTARTS}", crashing),
        name,
        owner,
        f"{name} has started more than three times in ten minutes",
        "It dies soon after it starts; its last log lines say why.",
        hold=0,
        interval=SLOW_SCRAPE,
        test=regional(((restarts, "0+1x8 8x80"),), 120, 900),
    )
