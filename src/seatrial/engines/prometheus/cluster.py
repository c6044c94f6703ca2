"""A Prometheus that the operator runs: its object, what it may read, and the Service before it.

Formats: the operator's API reference (Prometheus), the Kubernetes API reference (RBAC). It is one
of our own, because alerts lean on what an existing one may not have: the label `cluster`, alerts
that are sent again every 5 s (as in `workload.py`), samples kept as long as the longest SLO.
"""

from collections.abc import Iterable

from seatrial.contract.declaration import Notifier
from seatrial.contract.output import File
from seatrial.engines.documents import seconds
from seatrial.engines.objects import MONITORING, NOBODY, POD_SECURITY, Home, Object, manifest
from seatrial.engines.prometheus.engine import ENGINE
from seatrial.engines.prometheus.workload import NAME, PORTS

_MEBI = 1 << 20
_RBAC = "rbac.authorization.k8s.io"
_SLACK = 5, 4  # blocks are cut to size; what is written before them needs room, too


def server(
    home: Home,
    *,
    notifiers: Iterable[Notifier],
    retention: float,
    size: int,
    evaluation: float,
) -> File:
    """Prometheus for one system. `retention` and `evaluation` in seconds, `size` in bytes."""
    selected = {"matchLabels": dict(home.all)}
    more, of = _SLACK
    spec = {
        "version": f"v{ENGINE.released}",
        "image": ENGINE.official(),
        "replicas": 1,
        "serviceAccountName": NAME,
        "podMetadata": {"labels": dict(home.all)},
        "externalLabels": {"cluster": home.system},
        "prometheusExternalLabelName": "",
        "replicaExternalLabelName": "",
        "scrapeInterval": "15s",
        "scrapeTimeout": "10s",
        "evaluationInterval": seconds(evaluation),
        "rules": {"alert": {"resendDelay": "5s"}},
        "retention": seconds(retention),
        "retentionSize": f"{size // _MEBI}MB",
        "storage": _claim(size * more // of),
        "serviceMonitorSelector": selected,
        "probeSelector": selected,
        "ruleSelector": selected,
        "alerting": {
            "alertmanagers": [
                {
                    "namespace": home.namespace,
                    "name": each.workload,
                    "port": each.port,
                    "apiVersion": "v2",
                }
                for each in notifiers
            ]
        },
        "resources": {"requests": {"memory": "400Mi"}},
        "securityContext": {
            **POD_SECURITY,
            "runAsUser": NOBODY,
            "runAsGroup": NOBODY,
            "fsGroup": NOBODY,
        },
    }
    account = home.made("v1", "ServiceAccount", NAME)
    made = home.made(MONITORING, "Prometheus", NAME, spec=spec)
    pods = {**home.all, "operator.prometheus.io/name": NAME}
    objects = [account, *_rights(home), made, home.service(NAME, PORTS, pods)]
    return manifest(f"{NAME}.yaml", "stores every metric and evaluates every rule", objects)


def _rights(home: Home) -> list[Object]:
    """Looking for targets in the namespace, and nothing else."""
    rules = [
        {
            "apiGroups": [""],
            "resources": ["services", "endpoints", "pods"],
            "verbs": ["get", "list", "watch"],
        },
        {
            "apiGroups": ["discovery.k8s.io"],
            "resources": ["endpointslices"],
            "verbs": ["get", "list", "watch"],
        },
    ]
    account = {"kind": "ServiceAccount", "name": NAME, "namespace": home.namespace}
    role = {"apiGroup": _RBAC, "kind": "Role", "name": NAME}
    return [
        home.made(f"{_RBAC}/v1", "Role", NAME, rules=rules),
        home.made(f"{_RBAC}/v1", "RoleBinding", NAME, subjects=[account], roleRef=role),
    ]


def _claim(size: int) -> Object:
    asked = {"storage": f"{size // _MEBI}Mi"}
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": asked}}
    return {"volumeClaimTemplate": {"spec": spec}}
