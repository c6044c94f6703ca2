"""Prometheus's own files: prometheus.yml and the targets of file-based discovery.

Formats: the product's configuration reference (scrape_config, file_sd_config, alertmanager_config).
Targets are written from the system, never discovered from what runs: a dead one stays `up == 0`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from seatrial.contract.declaration import ScrapeTarget
from seatrial.contract.placement import Endpoint, Location, Placement
from seatrial.engines.documents import seconds, to_yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrape:
    """One scrape job; its targets are in the file `targets/<job>.json`. Seconds."""

    job: str
    interval: float
    timeout: float
    path: str
    scheme: str = "http"
    probed: bool = False
    params: Mapping[str, str] = field(default_factory=dict)


def scrapes(targets: Iterable[ScrapeTarget]) -> tuple[Scrape, ...]:
    """The jobs of these targets, in the order in which they first appear."""
    jobs: dict[str, Scrape] = {}
    for target in targets:
        jobs.setdefault(
            target.job,
            Scrape(
                job=target.job,
                interval=target.interval,
                timeout=target.timeout,
                path=target.path,
                scheme=target.scheme,
                probed=target.through is not None,
                params=target.params,
            ),
        )
    return tuple(jobs.values())


def configuration(
    *,
    jobs: Iterable[Scrape],
    external_labels: Mapping[str, str],
    alertmanagers: Iterable[Endpoint],
    evaluation: float,
) -> str:
    """prometheus.yml. `evaluation` is the default evaluation interval in seconds."""
    managers = [str(each) for each in alertmanagers]
    document: dict[str, object] = {
        "global": {
            "scrape_interval": "15s",
            "scrape_timeout": "10s",
            "evaluation_interval": seconds(evaluation),
            "external_labels": dict(external_labels),
        },
        "rule_files": ["rules/*.yml"],
        "scrape_configs": [_job(each) for each in jobs],
    }
    if managers:
        document["alerting"] = {
            "alertmanagers": [
                {"api_version": "v2", "timeout": "5s", "static_configs": [{"targets": managers}]}
            ]
        }
    return to_yaml(document)


def _job(scrape: Scrape) -> dict[str, object]:
    job: dict[str, object] = {
        "job_name": scrape.job,
        "scrape_interval": seconds(scrape.interval),
        "scrape_timeout": seconds(scrape.timeout),
        "metrics_path": scrape.path,
        "scheme": scrape.scheme,
        "file_sd_configs": [{"files": [f"targets/{scrape.job}.json"], "refresh_interval": "30s"}],
    }
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
    entries: dict[str, list[dict[str, object]]] = {}
    for target in targets:
        entries.setdefault(target.job, []).extend(_entries(target, placement))
    return {job: json.dumps(each, indent=1, sort_keys=True) + "\n" for job, each in entries.items()}


def _entries(target: ScrapeTarget, placement: Placement) -> list[dict[str, object]]:
    entries: list[dict[str, object]] = []
    for location in placement.of(target.workload):
        labels = {
            "service": target.subject,
            "kind": target.kind,
            "replica": str(location.replica),
            "region": location.region,
            **target.labels,
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


def asked(target: ScrapeTarget, location: Location) -> str:
    """What an exporter is asked about on the target's behalf: a URL, `host:port`, or the host."""
    if not target.port:
        return location.address
    own = location.endpoint(target.port)
    return f"{target.scheme}://{own}{target.probe}" if target.probe else str(own)
