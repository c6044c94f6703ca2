"""One replica's figures in Prometheus's form, under the names that cAdvisor gave to them.

What its group does not tell is a series `container_figure_unknown`, with the reason. Format:
Prometheus's text exposition format 0.0.4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from seatrial.daemons.containers.ledger import Seen
from seatrial.daemons.containers.machine import Machine, Replica

_NOT_TOLD = "its control group does not tell"
_SHARED = "it shares the machine's network"
_UNKNOWN = "container_figure_unknown"
_ALL = ("cpu", "memory", "network", "throttling")


def page(machine: Machine, one: Replica, seen: Seen) -> str:
    """Every figure that can be had, and which cannot."""
    unknown: dict[str, str] = {}
    lines = [*_life(one, seen), *_cpu(machine, one, unknown), *_memory(machine, one, unknown)]
    return "".join((*lines, *_network(machine, one, unknown), untold(unknown)))


def untold(unknown: Mapping[str, str]) -> str:
    """What cannot be told, and why; reasons are our own words, without a quote."""
    head = _head(_UNKNOWN, "gauge", "1 for what cannot be told.")
    rows = (f'{_UNKNOWN}{{figure="{each}",reason="{why}"}} 1\n' for each, why in unknown.items())
    return head + "".join(rows)


def blind(reason: str) -> str:
    """For a machine that tells nothing: the reason, for each figure that is missed."""
    return untold(dict.fromkeys(_ALL, reason))


def _life(one: Replica, seen: Seen) -> Iterator[str]:
    yield _gauge("start_time_seconds", "When its first process began.", one.began)
    yield _counter("restarts", "Restarts since it was first seen.", seen.restarts)
    yield _counter("oom_events", "Processes killed in it for want of memory.", seen.kills)


def _cpu(machine: Machine, one: Replica, unknown: dict[str, str]) -> Iterator[str]:
    used = machine.cpu(one)
    if used is None:
        unknown["cpu"] = _NOT_TOLD
    else:
        yield _counter("cpu_usage_seconds", "Processor time.", used)
    quota = machine.quota(one)
    if quota is None:
        unknown["throttling"] = _NOT_TOLD
        return
    yield _counter("cpu_cfs_periods", "Periods of its CPU quota.", quota.periods)
    yield _counter(
        "cpu_cfs_throttled_periods", "Periods in which the quota ran out.", quota.throttled
    )
    yield _counter(
        "cpu_cfs_throttled_seconds", "Time spent waiting for the next period.", quota.seconds
    )


def _memory(machine: Machine, one: Replica, unknown: dict[str, str]) -> Iterator[str]:
    found = machine.memory(one)
    if found is None:
        unknown["memory"] = _NOT_TOLD
        return
    yield _gauge("memory_usage_bytes", "Memory, page cache included.", found.usage)
    yield _gauge("memory_working_set_bytes", "Memory that cannot be given back.", found.working_set)
    yield _gauge("spec_memory_limit_bytes", "Its limit; 0 for none.", found.limit)


def _network(machine: Machine, one: Replica, unknown: dict[str, str]) -> Iterator[str]:
    found = machine.traffic(one)
    if found is None:
        unknown["network"] = _SHARED if machine.lasting else "it has no interface"
        return
    yield _counter("network_receive_bytes", "Bytes received.", found.received)
    yield _counter("network_transmit_bytes", "Bytes sent.", found.sent)
    yield _counter(
        "network_receive_packets_dropped", "Packets dropped on arrival.", found.received_dropped
    )
    yield _counter("network_transmit_packets_dropped", "Packets not sent.", found.sent_dropped)


def _gauge(name: str, text: str, value: float) -> str:
    return f"{_head(f'container_{name}', 'gauge', text)}container_{name} {value!r}\n"


def _counter(name: str, text: str, value: float) -> str:
    full = f"container_{name}_total"
    return f"{_head(full, 'counter', text)}{full} {value!r}\n"


def _head(name: str, kind: str, text: str) -> str:
    return f"# HELP {name} {text}\n# TYPE {name} {kind}\n"
