"""What "ready for production" means: the catalogue, as data.

22 requirements of four items each, six success criteria and six kinds of test that the product
ships for the user's system. Ids are stable: code, evidence, reports and documents cite them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Group(StrEnum):
    """The five fields of readiness, in the catalogue's order."""

    MONITORING = "Monitoring"
    SECURITY = "Security"
    PERFORMANCE = "Performance"
    OPERATIONS = "Operations"
    RECOVERY = "Recovery"


@dataclass(frozen=True, slots=True)
class Item:
    """One part of a requirement (`R03.2`), in a short sentence."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement: when it counts as proven, and its items."""

    id: str
    title: str
    group: Group
    proven_when: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Criterion:
    """A success criterion (`S1`) or a kind of shipped test (`T1`): title, and what it asks."""

    id: str
    title: str
    text: str


def _r(number: int, title: str, group: Group, proven_when: str, *items: str) -> Requirement:
    id_ = f"R{number:02}"
    return Requirement(
        id_,
        title,
        group,
        proven_when,
        tuple(Item(f"{id_}.{place}", text) for place, text in enumerate(items, start=1)),
    )


_M, _S, _P, _O, _R = Group

REQUIREMENTS: tuple[Requirement, ...] = (
    _r(
        1,
        "Metrics",
        _M,
        "Every service and every piece of infrastructure is scraped, and no declared metric "
        "is without data",
        "Prometheus keeps its samples on persistent storage",
        "Service discovery finds every service",
        "Metrics of the business and of its workflows are collected",
        "Several clusters are joined by federation or remote write",
    ),
    _r(
        2,
        "Dashboards",
        _M,
        "Under load, the query of every panel returns data, and every panel leads to an action",
        "Boards for infrastructure: CPU, memory, network and storage",
        "Boards for the application: latency, errors and throughput",
        "Boards for the business: workflow executions and user activity",
        "A board for each service and each component",
    ),
    _r(
        3,
        "Alerting",
        _M,
        "Each critical alert fires when its fault really happens, arrives at the right "
        "receiver, and clears afterwards",
        "Alert rules for critical faults of infrastructure and application",
        "Alerts are routed and escalated by severity and team",
        "Slack, e-mail and PagerDuty are reached",
        "Alerts can be silenced, and a cause inhibits its consequences",
    ),
    _r(
        4,
        "Tracing",
        _M,
        "Each journey yields one trace from end to end, and a call made slow or failing on "
        "purpose is named as the culprit",
        "Jaeger keeps its traces on persistent storage",
        "A request is traced through every service that it crosses",
        "Bottlenecks are found",
        "Errors are led back to their root cause",
    ),
    _r(
        5,
        "Logs",
        _M,
        "A line written anywhere can be found seconds later, and a sequence of attack steps "
        "raises its detection",
        "A log store, such as Elastic",
        "Every container and every service has its logs collected",
        "Logs are parsed, indexed and can be searched",
        "Security events are correlated, and an audit trail is kept",
    ),
    _r(
        6,
        "Synthetics",
        _M,
        "Probes notice an injected fault before a page for users' errors would go out",
        "The uptime of each public endpoint is watched from outside",
        "Each critical journey is exercised as a transaction",
        "Probes run in several regions",
        "The SLA is watched and reported",
    ),
    _r(
        7,
        "Images",
        _S,
        "No critical vulnerability is in production, and one planted on purpose is blocked",
        "Every image is scanned",
        "Policy stops the deployment of an image with critical vulnerabilities",
        "Containers are watched at run time, by Falco or its like",
        "Reports of compliance are ready for audits",
    ),
    _r(
        8,
        "Code",
        _S,
        "Defects planted on purpose are found, and their remedy is offered",
        "Source code is analysed statically in CI",
        "The running application is tested dynamically",
        "Dependencies are scanned, and their updates automated",
        "A security baseline is kept, and drift from it is found",
    ),
    _r(
        9,
        "Network",
        _S,
        "Flows that are forbidden fail, attacks are blocked, floods are shed, and users still "
        "get through",
        "Networks are segmented, down to single workloads by Kubernetes network policies",
        "Traffic is analysed, and anomalies are detected",
        "A web application firewall is configured and tuned",
        "Denial of service is warded off, and rates are limited",
    ),
    _r(
        10,
        "Secrets",
        _S,
        "Under load, each secret is rotated without one failed request, and the old one is "
        "refused afterwards",
        "Kubernetes secrets are encrypted, at rest and in transit",
        "Secrets come from Vault or AWS Secrets Manager",
        "Certificates are issued and rotated",
        "Encryption keys are managed and rotated",
    ),
    _r(
        11,
        "Audit",
        _S,
        "The trail has no gap, tampering with it shows, and the auditor's bundle can be "
        "verified offline",
        "Everything that administrators and users do is logged",
        "Reports for SOC2, GDPR and HIPAA",
        "Records are retained and archived",
        "Forensics and the response to incidents are supported",
    ),
    _r(
        12,
        "Load",
        _P,
        "A slowdown injected on purpose is detected, and where nothing changed nothing is reported",
        "Load scenarios for each critical journey",
        "Baselines are kept and regressions tested",
        "Scaling is shown to work",
        "Stress goes on to the breaking point, and the modes of failure are known",
    ),
    _r(
        13,
        "Profiling",
        _P,
        "A bottleneck injected on purpose is named to its line or query, and the effect of "
        "the fix is measured",
        "The application's performance is monitored (APM)",
        "Profiles reach down to the code",
        "Database queries are optimised",
        "Memory is analysed, with recommendations",
    ),
    _r(
        14,
        "Scaling",
        _P,
        "While load ramps up the SLA holds, and it does so at the least cost",
        "Replicas scale out and in on custom and business metrics",
        "Single workloads grow and shrink",
        "The cluster scales, with a strategy for its cost",
        "Load is predicted, and capacity is there before it",
    ),
    _r(
        15,
        "Caching",
        _P,
        "Runs in pairs, the cache on and the cache off, show its effect",
        "Caches in Redis and in memory",
        "A CDN for static assets and API responses",
        "What changed is invalidated, and caches stay consistent",
        "The effect of caching is measured",
    ),
    _r(
        16,
        "Runbooks",
        _O,
        "Each runbook has been carried out in its own drill",
        "Runbooks for incidents",
        "Runbooks for deploying and rolling back",
        "Runbooks for troubleshooting each component",
        "Emergency procedures, with the contacts for escalation",
    ),
    _r(
        17,
        "Architecture",
        _O,
        "What the documents say is what is seen running",
        "Diagrams of the architecture, with flows of data and dependencies",
        "An inventory with owners, SLAs and contacts",
        "The network's topology and its security zones",
        "External services and APIs",
    ),
    _r(
        18,
        "Recovery documents",
        _O,
        "Each procedure has been carried out, and its time taken",
        "How and when each store is backed up",
        "How to recover, with RTO and RPO",
        "Plans for continuity and for communication",
        "Procedures for testing, and checklists for validation",
    ),
    _r(
        19,
        "On-call",
        _O,
        "A page is acknowledged in time, and where nobody answers it escalates",
        "Rotations and escalation",
        "Times to acknowledge and to respond",
        "Training and a knowledge base",
        "Incidents are reviewed afterwards, and lead to improvement",
    ),
    _r(
        20,
        "Backup",
        _R,
        "A restore to a chosen second brings the data back whole",
        "Databases can be restored to a point in time",
        "The application's state and configuration are backed up",
        "Copies lie in another region",
        "Backups are validated, and their integrity checked",
    ),
    _r(
        21,
        "Failover",
        _R,
        "Under load, the region is killed, and service goes on from the other",
        "There is a second region",
        "Data is replicated and kept in step",
        "Failover and the routing of traffic are automatic",
        "RTO and RPO are measured",
    ),
    _r(
        22,
        "Continuity",
        _R,
        "An exercise was held, and its record is kept",
        "Complete tests with simulated failures",
        "Stakeholders take part",
        "The procedures for communication are followed",
        "Recovery and the data's integrity are verified",
    ),
)

CRITERIA: tuple[Criterion, ...] = (
    Criterion(
        "S1",
        "Everything is monitored",
        "100 % of services and infrastructure monitored, and less than 1 minute from a fault "
        "to its page",
    ),
    Criterion(
        "S2",
        "No critical vulnerability",
        "0 critical vulnerabilities, with scanning and remediation automated",
    ),
    Criterion(
        "S3",
        "Up and fast",
        "99.9 % uptime (unknown until the window is filled), and a p95 below 200 ms on "
        "critical endpoints",
    ),
    Criterion(
        "S4",
        "Somebody answers",
        "On-call cover around the clock, and incidents acknowledged in less than 5 minutes",
    ),
    Criterion(
        "S5",
        "Recovery in time",
        "Measured: RTO below 4 hours and RPO below 15 minutes",
    ),
    Criterion(
        "S6",
        "Procedures exist and work",
        "100 % of operational procedures documented, and carried out",
    ),
)

TESTS: tuple[Criterion, ...] = (
    Criterion("T1", "Configuration", "Every rule and every route"),
    Criterion("T2", "Integration", "The whole stack, with all services up"),
    Criterion("T3", "End to end", "The operational procedures"),
    Criterion("T4", "Load", "Load, judged against the SLA"),
    Criterion("T5", "Security", "Security"),
    Criterion("T6", "Recovery", "Recovery"),
)

_REQUIREMENT: Mapping[str, Requirement] = {each.id: each for each in REQUIREMENTS}
_ITEM: Mapping[str, Item] = {item.id: item for each in REQUIREMENTS for item in each.items}
_CRITERION: Mapping[str, Criterion] = {each.id: each for each in (*CRITERIA, *TESTS)}


def requirement(id_: str) -> Requirement:
    """The requirement of that id, or of that item's id. Raises KeyError."""
    return _REQUIREMENT[id_.partition(".")[0]]


def item(id_: str) -> Item:
    """The item of that id. Raises KeyError."""
    return _ITEM[id_]


def criterion(id_: str) -> Criterion:
    """The success criterion or kind of test of that id. Raises KeyError."""
    return _CRITERION[id_]


def known(id_: str) -> bool:
    """Whether an expectation may cite this id: an item, a criterion or a kind of test."""
    return id_ in _ITEM or id_ in _CRITERION


def items() -> tuple[Item, ...]:
    """Every item, in the catalogue's order."""
    return tuple(_ITEM.values())
