"""Prometheus's own files: prometheus.yml and the targets of file-based discovery.

Formats: the product's configuration reference (scrape_config, file_sd_config, alertmanager_config).
Targets are written from the system, never discovered from what runs: a dead one stays `up == 0`.
A job has the path and the scheme of its first target, and the parameters that all of its targets
share. What a target wants beside that, its own labels say (`__metrics_path__`, `__scheme__`,
`__param_...`), so that none is ever asked for another's page. A job's parameter would win over the
label, a job's path would not.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from seatrial.contract.declaration import ScrapeTarget
from seatrial.contract.placement import Endpoint, Location, Placement
from seatrial.engines.documents import seconds, to_yaml
from seatrial.system.scheme import HTTPS, scheme

_EXEMPLARS = 10_000  # some 3 MB; those of an hour of the reference system
_AS_THEY_ARE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrape:
    """One scrape job; its targets are in the file `targets/<job>.json`. Seconds.

    `encrypted`: a target of it is read over TLS, as a machine that knows it by its address only.
    """

    job: str
    interval: float
    timeout: float
    path: str
    scheme: str = "http"
    probed: bool = False
    encrypted: bool = False
    params: Mapping[str, str] = field(default_factory=dict)


def scrapes(targets: Iterable[ScrapeTarget]) -> tuple[Scrape, ...]:
    """The jobs of these targets, in the order in which they first appear."""
    jobs: dict[str, list[ScrapeTarget]] = {}
    for target in targets:
        jobs.setdefault(target.job, []).append(target)
    return tuple(_of(each) for each in jobs.values())


def _of(targets: Sequence[ScrapeTarget]) -> Scrape:
    first = targets[0]
    return Scrape(
        job=first.job,
        interval=first.interval,
        timeout=first.timeout,
        path=first.path,
        scheme=scraped_by(first),
        probed=any(each.through is not None for each in targets),
        encrypted=any(scraped_by(each) == HTTPS for each in targets),
        params={
            name: value
            for name, value in first.params.items()
            if all(each.params.get(name) == value for each in targets)
        },
    )


def scraped_by(target: ScrapeTarget) -> str:
    """How figures are read: an exporter that is asked about a target has a port of its own."""
    return scheme(target.through[1]) if target.through is not None else target.scheme


def configuration(
    *,
    jobs: Iterable[Scrape],
    external_labels: Mapping[str, str],
    alertmanagers: Iterable[Endpoint],
    evaluation: float,
    renamed: Mapping[str, str] = _AS_THEY_ARE,
) -> str:
    """prometheus.yml. `evaluation` is the default evaluation interval in seconds.

    `renamed`: metrics that are stored under another name than the one they are told by.
    """
    managers = [str(each) for each in alertmanagers]
    document: dict[str, object] = {
        "global": {
            "scrape_interval": "15s",
            "scrape_timeout": "10s",
            "evaluation_interval": seconds(evaluation),
            "external_labels": dict(external_labels),
        },
        "storage": {"exemplars": {"max_exemplars": _EXEMPLARS}},
        "rule_files": ["rules/*.yml"],
        "scrape_configs": [_job(each) | _relabelled(renamed) for each in jobs],
    }
    if managers:
        document["alerting"] = {
            "alertmanagers": [
                {"api_version": "v2", "timeout": "5s", "static_configs": [{"targets": managers}]}
            ]
        }
    return to_yaml(document)


def _relabelled(renamed: Mapping[str, str]) -> dict[str, object]:
    if not renamed:
        return {}
    rules = [
        {
            "source_labels": ["__name__"],
            "regex": name,
            "target_label": "__name__",
            "replacement": other,
        }
        for name, other in renamed.items()
    ]
    return {"metric_relabel_configs": rules}


def _job(scrape: Scrape) -> dict[str, object]:
    job: dict[str, object] = {
        "job_name": scrape.job,
        "scrape_interval": seconds(scrape.interval),
        "scrape_timeout": seconds(scrape.timeout),
        "metrics_path": scrape.path,
        "scheme": scrape.scheme,
        "file_sd_configs": [{"files": [f"targets/{scrape.job}.json"], "refresh_interval": "30s"}],
    }
    if scrape.encrypted:
        # figures are read by address, and a certificate is for the name that users know
        job["tls_config"] = {"insecure_skip_verify": True}
    if scrape.params:
        job["params"] = {key: [value] for key, value in scrape.params.items()}
    if scrape.probed:
        # the exporter is asked; `instance` stays what the figures are about
        job["relabel_configs"] = [
            {"source_labels": ["__param_target"], "target_label": "instance"},
        ]
    return job


def target_files(targets: Iterable[ScrapeTarget], placement: Placement) -> Mapping[str, str]:
    """The text of `targets/<job>.json` of each job: one entry a replica, with its labels."""
    declared = tuple(targets)
    jobs = {each.job: each for each in scrapes(declared)}
    entries: dict[str, list[dict[str, object]]] = {}
    for target in declared:
        entries.setdefault(target.job, []).extend(_entries(target, jobs[target.job], placement))
    return {job: json.dumps(each, indent=1, sort_keys=True) + "\n" for job, each in entries.items()}


def _entries(target: ScrapeTarget, job: Scrape, placement: Placement) -> list[dict[str, object]]:
    own = _own(target, job)
    entries: list[dict[str, object]] = []
    for location in placement.of(target.workload):
        labels = {
            "service": target.subject,
            "kind": target.kind,
            "replica": str(location.replica),
            "region": location.region,
            **target.labels,
            **own,
        }
        if target.through is None:
            entries.append({"targets": [str(location.endpoint(target.port))], "labels": labels})
            continue
        workload, port = target.through
        entries.append(
            {
                "targets": [str(placement.endpoint(workload, port))],
                "labels": {**labels, "__param_target": asked(target, location)},
            }
        )
    return entries


def _own(target: ScrapeTarget, job: Scrape) -> dict[str, str]:
    """What this target wants else than the others of its job."""
    found = {} if target.path == job.path else {"__metrics_path__": target.path}
    if scraped_by(target) != job.scheme:
        found["__scheme__"] = scraped_by(target)
    own = {name: value for name, value in target.params.items() if name not in job.params}
    return {**found, **{f"__param_{name}": value for name, value in own.items()}}


def asked(target: ScrapeTarget, location: Location) -> str:
    """What an exporter is asked about on the target's behalf: a URL, `host:port`, or the host."""
    if not target.port:
        return location.address
    own = location.endpoint(target.port)
    return f"{target.scheme}://{own}{target.probe}" if target.probe else str(own)
