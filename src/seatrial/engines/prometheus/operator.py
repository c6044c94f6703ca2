"""The Prometheus Operator's kinds for declared targets and rules. Pure.

Formats: the operator's API reference (monitoring.coreos.com/v1: ServiceMonitor, Probe,
PrometheusRule). The operator gives a target its own labels (`job` and `service` are the Service's
name, `endpoint` and `container` the port's and the container's). The rules were declared for ours,
so each monitor writes those over them: `job`, `service`, `kind`, `region`, `team` are exactly what
the targets' files say. `replica` is the pod's name: pods are not numbered. `endpoint` and
`container` go, because a metric's own label of that name would else become `exported_endpoint`.
What stays beside ours is `namespace` and `pod`, which no rule groups by.
"""

from collections.abc import Iterable, Mapping

from seatrial.contract.declaration import RuleGroup, ScrapeTarget
from seatrial.contract.output import File
from seatrial.contract.placement import Placement
from seatrial.engines.documents import seconds
from seatrial.engines.objects import MONITORING, Home, Object, manifest
from seatrial.engines.prometheus import rules
from seatrial.engines.prometheus.config import asked, scraped_by
from seatrial.system.scheme import HTTPS

_REPLICA = "replica"
_NOT_OURS = "container|endpoint"


def scope(placement: Placement) -> Mapping[str, str]:
    """The label that every alert of a namespace must carry.

    The operator lets an AlertmanagerConfig see only alerts of its own namespace, and our rules,
    which aggregate by region, lose the targets' label.
    """
    return {"namespace": placement.namespace}


def subjects(targets: Iterable[ScrapeTarget]) -> tuple[ScrapeTarget, ...]:
    """One target for each job and subject: the cluster finds the replicas by itself."""
    found: dict[tuple[str, str], ScrapeTarget] = {}
    for each in targets:
        found.setdefault((each.job, each.subject), each)
    return tuple(found.values())


def monitors(targets: Iterable[ScrapeTarget], placement: Placement, home: Home) -> tuple[File, ...]:
    """A ServiceMonitor for each subject that is scraped, a Probe for each that is asked."""
    found: dict[str, File] = {}
    for each in subjects(targets):
        kind, what = ("probes", _probe) if each.through else ("monitors", _monitor)
        name = _name(each)
        path = f"{kind}/{name}.yaml"
        while path in found:  # a subject that is scraped by two jobs
            name = f"{name}-more"
            path = f"{kind}/{name}.yaml"
        why = f"how {each.subject} is {'asked from outside' if each.through else 'scraped'}"
        found[path] = manifest(path, why, [what(name, each, placement, home)])
    return tuple(found.values())


def _labels(target: ScrapeTarget, placement: Placement) -> dict[str, str]:
    """What the target's file would say, but for the replica."""
    return {
        "service": target.subject,
        "kind": target.kind,
        "region": placement.of(target.workload)[0].region,
        **{key: each for key, each in target.labels.items() if key != _REPLICA and each},
    }


def _monitor(name: str, target: ScrapeTarget, placement: Placement, home: Home) -> Object:
    labels = {"job": target.job, **_labels(target, placement)}
    endpoint: Object = {
        "port": target.port,
        "path": target.path,
        "scheme": target.scheme,
        "interval": seconds(target.interval),
        "scrapeTimeout": seconds(target.timeout),
    }
    if target.scheme == HTTPS:  # read by the pod's address, which no certificate is for
        endpoint["tlsConfig"] = {"insecureSkipVerify": True}
    if target.params:
        endpoint["params"] = {key: [value] for key, value in target.params.items()}
    endpoint["relabelings"] = [
        {"action": "replace", "targetLabel": key, "replacement": value.replace("$", "$$")}
        for key, value in labels.items()
    ]
    endpoint["relabelings"] += [
        {
            "action": "replace",
            "sourceLabels": ["__meta_kubernetes_pod_name"],
            "targetLabel": _REPLICA,
        },
        {"action": "labeldrop", "regex": _NOT_OURS},
    ]
    spec = {
        "selector": {"matchLabels": dict(home.one(target.workload))},
        "endpoints": [endpoint],
    }
    return home.made(MONITORING, "ServiceMonitor", name, of=target.workload, spec=spec)


def _probe(name: str, target: ScrapeTarget, placement: Placement, home: Home) -> Object:
    workload, port = target.through or ("", "")
    params = dict(target.params)
    spec: Object = {
        "jobName": target.job,
        "interval": seconds(target.interval),
        "scrapeTimeout": seconds(target.timeout),
        "module": params.pop("module", ""),
        "prober": {
            "url": str(placement.endpoint(workload, port)),
            "path": target.path,
            "scheme": scraped_by(target),
        },
        "targets": {
            "staticConfig": {
                "static": [asked(target, each) for each in placement.of(target.workload)],
                "labels": _labels(target, placement),
            }
        },
    }
    if params:
        spec["params"] = [{"name": key, "values": [value]} for key, value in params.items()]
    return home.made(MONITORING, "Probe", name, of=target.workload, spec=spec)


def _name(target: ScrapeTarget) -> str:
    """The object's name; a job's may hold a path, which no object's may."""
    return target.kind if target.kind == target.subject else f"{target.kind}-{target.subject}"


def rule_objects(
    groups: Iterable[RuleGroup], *, links: rules.Links, placement: Placement, home: Home
) -> tuple[File, ...]:
    """A PrometheusRule for each file of rules."""
    return tuple(
        manifest(
            f"{rules.path(name).removesuffix('.yml')}.yaml",
            f"alerts and recorded figures: {name}",
            [
                home.made(
                    MONITORING,
                    "PrometheusRule",
                    name,
                    of="prometheus",
                    spec=rules.document(each, links=links, scope=scope(placement)),
                )
            ],
        )
        for name, each in rules.files(groups).items()
    )
