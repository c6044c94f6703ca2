"""What fills up, and what will: disks, memory, connections, certificates, crash loops.

Of each container its own figures tell (`containers.py`), of each store its own (`stores.py`),
where somebody reads them.

Tickets, not pages, unless the limit is reached: a prediction asks for work in working hours.
"""

from seatrial.capabilities.alerting.rules import containers
from seatrial.capabilities.alerting.rules.writing import (
    MINUTE,
    SLOW_SCRAPE,
    regional,
    rule,
    series,
    tags_of,
)
from seatrial.contract.declaration import AlertRule, RuleTest, SeriesInput, Severity, Tier
from seatrial.system.model import Service

DAYS_BEFORE_EXPIRY = 14
BACKLOG = 1000  # messages: seconds of work for workers that keep up
# What is no disk, and media that are full from the day they are made.
FULL_BY_NATURE = "tmpfs|ramfs|overlay|squashfs|iso9660|udf|erofs|cramfs|romfs"
_HOST = "region, replica, instance"  # what tells one host from another
_WHICH = {"region": "r", "replica": "0", "instance": "h"}  # those labels, in a test


def service(name: str, each: Service, *, contained: bool) -> tuple[AlertRule, ...]:
    """Memory near its limit, file descriptors, crash loops.

    From the process's own metrics and, where containers are `contained`, from its container's.
    """
    owner = each.owner or ""
    tags = f'{{kind="service",service="{name}"}}'
    found: list[AlertRule] = []
    near = crashing = ""
    if each.metrics is not None and each.metrics.kind == "rabbitmq":
        found += _rabbitmq(name, owner)
    elif each.metrics is not None and each.metrics.kind == "prometheus":
        found.append(_descriptors(name, owner, tags))
        limit = each.limits.memory.bytes if each.limits and each.limits.memory else None
        crashing = f"process_start_time_seconds{tags}"
        near = f"process_resident_memory_bytes{tags}" if limit is not None else ""
        if not contained:
            found.append(_crashing(name, owner, crashing))
        if not contained and limit is not None:
            found.append(_near(name, owner, near, limit))
        near = f"max by (region) ({near}) > {limit * 0.9:.0f}" if limit is not None else ""
        crashing = f"max by (region) (changes({crashing}[10m])) > {containers.RESTARTS}"
    if contained:
        found += containers.rules(name, owner, near=near, crashing=crashing)
    return tuple(found)


def _crashing(name: str, owner: str, began: str) -> AlertRule:
    return rule(
        containers.CRASHING,
        f"max by (region) (changes({began}[10m])) > {containers.RESTARTS}",
        name,
        owner,
        f"{name} has started more than three times in ten minutes",
        "It dies soon after it starts; its last log lines say why.",
        hold=0,
        test=regional(((began, "100+60x20 1300x60"),), 240, 1140),
    )


def _near(name: str, owner: str, used: str, limit: int) -> AlertRule:
    return rule(
        containers.NEAR,
        f"max by (region) ({used}) > {limit * 0.9:.0f}",
        name,
        owner,
        f"{name} is within a tenth of its memory limit",
        "At the limit the kernel kills it.",
        hold=2 * MINUTE,
        test=regional(((used, f"1x4 {limit}x20 1x30"),), 300, 600),
    )


def certificate(name: str, owner: str) -> AlertRule:
    """A certificate that ends within two weeks, or has ended."""
    tags = f'{{kind="certificate",service="{name}"}}'
    horizon = DAYS_BEFORE_EXPIRY * 86400
    return rule(
        "CertificateExpires",
        f"min by (region) (probe_ssl_earliest_cert_expiry{tags}) - time() < {horizon}",
        name,
        owner,
        f"The certificate of {name} ends within {DAYS_BEFORE_EXPIRY} days",
        "Renewal should have happened by now; see why it did not.",
        hold=0,
        tier=Tier.PREDICTION,
        test=regional(
            ((f"probe_ssl_earliest_cert_expiry{tags}", f"1000x10 {2 * horizon}x40"),), 120, 300
        ),
        interval=SLOW_SCRAPE,
    )


def host(owner: str) -> tuple[AlertRule, ...]:
    """Disk now, disk in four hours, memory; each tells which host, and which disk."""
    disk = f'{{kind="host",fstype!~"{FULL_BY_NATURE}"}}'
    where = {**_WHICH, "mountpoint": "/"}
    tags = tags_of(("kind", "host"), ("fstype", "ext4"), *where.items())
    avail, size = "node_filesystem_avail_bytes", "node_filesystem_size_bytes"
    left = f"{avail}{disk} / {size}{disk}"
    # what is mounted to be read does not fill up, and cannot be emptied
    written = 'unless node_filesystem_readonly{kind="host"} == 1'
    return (
        rule(
            "DiskFull",
            f"min by ({_HOST}, mountpoint) ({left} < 0.03 {written})",
            "host",
            owner,
            "A disk of the host is full",
            "Databases stop when they cannot write; free space or grow the disk now.",
            hold=MINUTE,
            interval=SLOW_SCRAPE,
            severity=Severity.PAGE,
            test=series(
                ((f"{avail}{tags}", "50x4 1x20 50x30"), (f"{size}{tags}", "100x60")),
                240,
                600,
                where,
            ),
        ),
        rule(
            "DiskFillsUp",
            # of one disk both, before disks are put together
            f"min by ({_HOST}, mountpoint) (predict_linear({avail}{disk}[1h], 4 * 3600) < 0"
            f" and {left} < 0.4 {written})",
            "host",
            owner,
            "A disk of the host will be full within four hours",
            "At the pace of the last hour; find what grows.",
            hold=10 * MINUTE,
            interval=SLOW_SCRAPE,
            tier=Tier.PREDICTION,
            test=RuleTest(
                interval=60,
                inputs=(
                    SeriesInput(series=f"{avail}{tags}", values="35-0.3x60 90x120"),
                    SeriesInput(series=f"{size}{tags}", values="100x200"),
                ),
                fires_at=45 * MINUTE,
                clear_at=150 * MINUTE,
                labels=where,
            ),
        ),
        _memory(owner),
    )


def _memory(owner: str) -> AlertRule:
    available, total = "node_memory_MemAvailable_bytes", "node_memory_MemTotal_bytes"
    tags = tags_of(("kind", "host"), *_WHICH.items())
    return rule(
        "MemoryLow",
        f'min by ({_HOST}) ({available}{{kind="host"}} / {total}{{kind="host"}}) < 0.05',
        "host",
        owner,
        "The host has less than a twentieth of its memory left",
        "The kernel will soon choose a process to kill.",
        hold=5 * MINUTE,
        interval=SLOW_SCRAPE,
        test=series(
            ((f"{available}{tags}", "50x4 1x40 50x40"), (f"{total}{tags}", "100x90")),
            540,
            900,
            _WHICH,
        ),
    )


def _descriptors(name: str, owner: str, tags: str, prefix: str = "") -> AlertRule:
    """Under the names of Prometheus's client libraries, or those that begin with a product's."""
    used, most = f"{prefix}process_open_fds{tags}", f"{prefix}process_max_fds{tags}"
    return rule(
        "FileDescriptorsNearLimit",
        f"max by (region) ({used} / {most}) > 0.8",
        name,
        owner,
        f"{name} has used four fifths of its file descriptors",
        "At the limit it refuses connections; look for connections that are never closed.",
        hold=2 * MINUTE,
        test=regional(((used, "10x4 900x20 10x30"), (most, "1000x60")), 300, 600),
    )


def _rabbitmq(name: str, owner: str) -> tuple[AlertRule, ...]:
    """From the page of the plugin rabbitmq_prometheus, which is there since RabbitMQ 3.8."""
    tags = f'{{kind="service",service="{name}"}}'
    return (*_broker(name, owner, tags), *_queues(name, owner, tags))


def _broker(name: str, owner: str, tags: str) -> tuple[AlertRule, ...]:
    memory = "rabbitmq_alarms_memory_used_watermark"
    disk = "rabbitmq_alarms_free_disk_space_watermark"
    return (
        rule(
            "PublishersBlocked",
            f"max by (region) ({memory}{tags}) > 0 or max by (region) ({disk}{tags}) > 0",
            name,
            owner,
            f"{name} takes no messages: its memory or its disk is used up",
            "RabbitMQ blocks every publisher until there is room; see which queue is long.",
            hold=MINUTE,
            severity=Severity.PAGE,
            test=regional(
                ((f"{memory}{tags}", "0x4 1x20 0x30"), (f"{disk}{tags}", "0x60")), 240, 600
            ),
        ),
        _descriptors(name, owner, tags, "rabbitmq_"),
    )


def _queues(name: str, owner: str, tags: str) -> tuple[AlertRule, ...]:
    ready, consumers = "rabbitmq_queue_messages_ready", "rabbitmq_queue_consumers"
    return (
        rule(
            "QueueWithoutConsumers",
            f"sum by (region) ({ready}{tags}) > 0 and sum by (region) ({consumers}{tags}) == 0",
            name,
            owner,
            f"Messages wait in {name}, and nobody takes them",
            "See why the workers are not connected.",
            hold=2 * MINUTE,
            test=regional(
                ((f"{ready}{tags}", "0x4 9x20 0x30"), (f"{consumers}{tags}", "2x4 0x20 2x30")),
                300,
                600,
            ),
        ),
        rule(
            "QueueBacklog",
            f"min_over_time(sum by (region) ({ready}{tags})[10m:]) > {BACKLOG}",
            name,
            owner,
            f"More than {BACKLOG} messages have waited in {name} for ten minutes",
            "The workers are too slow or too few for what comes in.",
            hold=0,
            test=regional(((f"{ready}{tags}", f"0x4 {2 * BACKLOG}x60 0x30"),), 960, 1200),
        ),
    )
