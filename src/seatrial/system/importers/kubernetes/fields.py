"""What became of what no reader took, by the kind of the object or by the key: a sentence each.

This is also the table of docs/importing-kubernetes.md; a test keeps both equal.
"""

from collections.abc import Mapping

from seatrial.system.importers.cursor import UNREAD, Cursor, Verdict
from seatrial.system.importers.sketch import Fidelity

_STAYS = "it stays in the manifest"
_NOTHING = "nothing: this is no loss"

KINDS: Mapping[str, tuple[str, str]] = {
    "Namespace": ("a name space, not a workload", _NOTHING),
    "ServiceAccount": ("who the pods are to the cluster", _STAYS),
    "Role": ("what a service account may do", _STAYS),
    "RoleBinding": ("what a service account may do", _STAYS),
    "ClusterRole": ("what a service account may do", _STAYS),
    "ClusterRoleBinding": ("what a service account may do", _STAYS),
    "NetworkPolicy": (
        "which pods may talk to which",
        "it stays in the manifest; seatrial draws the calls from needs",
    ),
    "PersistentVolume": ("where a volume lies", _STAYS),
    "PersistentVolumeClaim": (
        "the size and class of a volume",
        "it stays in the manifest; declare what keeps data under stores",
    ),
    "StorageClass": ("how volumes are made", _STAYS),
    "VolumeSnapshotClass": ("how volumes are copied", _STAYS),
    "VolumeSnapshot": ("a copy of a volume", "declare what keeps data under stores"),
    "CustomResourceDefinition": ("a kind of the cluster, not a workload", _STAYS),
    "MutatingWebhookConfiguration": ("what the cluster asks before it accepts", _STAYS),
    "ValidatingWebhookConfiguration": ("what the cluster asks before it accepts", _STAYS),
    "APIService": ("a part of the cluster's API", _STAYS),
    "PriorityClass": ("which pods go first", _STAYS),
    "RuntimeClass": ("what runs the containers", _STAYS),
    "LimitRange": (
        "bounds for containers that write none",
        "write limits for each service in seatrial.yaml",
    ),
    "ResourceQuota": ("what a name space may use in all", _STAYS),
    "PodSecurityPolicy": ("what pods may do; clusters no longer know it", "delete it"),
    "IngressClass": ("which controller serves an Ingress", _STAYS),
    "GatewayClass": ("which controller serves a Gateway", _STAYS),
    "Gateway": ("where routes begin", "write exposed: true at the service that they lead to"),
    "ReferenceGrant": ("which routes may cross name spaces", _STAYS),
    "EndpointSlice": ("addresses that a Service leads to", _STAYS),
    "Event": ("what happened in the cluster", _NOTHING),
    "Lease": ("who leads in the cluster", _NOTHING),
    "Node": ("a machine of the cluster", _NOTHING),
    "Certificate": (
        "a certificate that cert-manager keeps",
        "it stays in the manifest; seatrial proves what users see of it",
    ),
    "Issuer": ("who signs certificates", _STAYS),
    "ClusterIssuer": ("who signs certificates", _STAYS),
    "PrometheusRule": (
        "alerts and recording rules",
        "seatrial writes rules of its own; keep these beside them",
    ),
    "AlertmanagerConfig": ("where alerts go", "write teams, chat and e-mail in seatrial.yaml"),
    "Prometheus": ("a Prometheus that the operator runs", "seatrial brings its own"),
    "Alertmanager": ("an Alertmanager that the operator runs", "seatrial brings its own"),
    "Probe": ("pages that are asked from outside", "write a journey that asks for them"),
    "VerticalPodAutoscaler": ("bounds that change by themselves", "write limits by hand"),
    "Kustomization": ("how a cluster gets its manifests", _STAYS),
    "HelmRelease": (
        "a chart that the cluster renders",
        "render it with helm template and name what comes out",
    ),
    "Application": ("how a cluster gets its manifests", "name those manifests"),
}

KEYS: Mapping[str, tuple[str, str]] = {
    "status": ("what the cluster says of it, not what somebody wants", _NOTHING),
    "managedFields": ("the cluster's own notes", _NOTHING),
    "creationTimestamp": ("the cluster's own notes", _NOTHING),
    "resourceVersion": ("the cluster's own notes", _NOTHING),
    "uid": ("the cluster's own notes", _NOTHING),
    "generation": ("the cluster's own notes", _NOTHING),
    "selfLink": ("the cluster's own notes", _NOTHING),
    "ownerReferences": ("the cluster's own notes", _NOTHING),
    "finalizers": ("what the cluster does before it deletes", _STAYS),
    "annotations": ("notes for other tools", _STAYS),
    "labels": ("labels for other tools", _STAYS),
    "strategy": (
        "how a new version replaces the old one",
        "it stays in the manifest; seatrial proves a rollout under load",
    ),
    "updateStrategy": (
        "how a new version replaces the old one",
        "it stays in the manifest; seatrial proves a rollout under load",
    ),
    "minReadySeconds": ("how a new version replaces the old one", _STAYS),
    "progressDeadlineSeconds": ("how a new version replaces the old one", _STAYS),
    "revisionHistoryLimit": ("how many old versions are kept", _STAYS),
    "podManagementPolicy": ("in which order pods start", _STAYS),
    "serviceName": ("the Service that names each pod", _STAYS),
    "affinity": (
        "which nodes the pods go to",
        "it stays in the manifest; name regions in seatrial.yaml",
    ),
    "nodeSelector": (
        "which nodes the pods go to",
        "it stays in the manifest; name regions in seatrial.yaml",
    ),
    "tolerations": ("which nodes the pods go to", _STAYS),
    "topologySpreadConstraints": (
        "which nodes the pods go to",
        "it stays in the manifest; name regions in seatrial.yaml",
    ),
    "serviceAccountName": ("who the pods are to the cluster", _STAYS),
    "serviceAccount": ("who the pods are to the cluster", _STAYS),
    "automountServiceAccountToken": ("who the pods are to the cluster", _STAYS),
    "imagePullSecrets": ("how the image is fetched", _STAYS),
    "imagePullPolicy": ("how the image is fetched", _STAYS),
    "priorityClassName": ("which pods go first", _STAYS),
    "schedulerName": ("what places the pods", _STAYS),
    "dnsPolicy": ("how names are looked up", _STAYS),
    "dnsConfig": ("how names are looked up", _STAYS),
    "hostAliases": ("names that only these pods know", "declare under externals what they lead to"),
    "enableServiceLinks": ("variables that the cluster adds", _STAYS),
    "shareProcessNamespace": ("that its containers see each other's processes", _STAYS),
    "lifecycle": (
        "a command after the start or before the end",
        "it stays in the manifest; seatrial proves that a stop loses no request",
    ),
    "initialDelaySeconds": ("how often it is asked", _STAYS),
    "periodSeconds": ("how often it is asked", _STAYS),
    "timeoutSeconds": ("how often it is asked", _STAYS),
    "successThreshold": ("how often it is asked", _STAYS),
    "failureThreshold": ("how often it is asked", _STAYS),
    "httpHeaders": ("headers that it is asked with", "let the page answer without them"),
    "seccompProfile": ("which calls of the kernel it may use", _STAYS),
    "appArmorProfile": ("which calls of the kernel it may use", _STAYS),
    "seLinuxOptions": ("its SELinux label", _STAYS),
    "fsGroup": ("who owns its volumes", _STAYS),
    "fsGroupChangePolicy": ("who owns its volumes", _STAYS),
    "supplementalGroups": ("further groups of its user", _STAYS),
    "sysctls": ("settings of the kernel", _STAYS),
    "workingDir": ("the folder that it starts in", _STAYS),
    "terminationMessagePath": ("where its last words are read", _STAYS),
    "terminationMessagePolicy": ("where its last words are read", _STAYS),
    "stdin": ("a terminal that nobody sits at", _NOTHING),
    "tty": ("a terminal that nobody sits at", _NOTHING),
    "sessionAffinity": ("which pod a caller comes back to", _STAYS),
    "externalTrafficPolicy": ("whether callers' addresses are kept", _STAYS),
    "internalTrafficPolicy": ("whether calls stay on their node", _STAYS),
    "ipFamilyPolicy": ("which addresses it gets", _STAYS),
    "ipFamilies": ("which addresses it gets", _STAYS),
    "clusterIPs": ("which addresses it gets", _STAYS),
    "publishNotReadyAddresses": ("that pods have names before they are ready", _STAYS),
    "loadBalancerSourceRanges": ("who may call from outside", _STAYS),
    "healthCheckNodePort": ("where the load balancer asks", _STAYS),
    "ingressClassName": ("which controller serves it", _STAYS),
    "parentRefs": ("which gateway serves it", _STAYS),
    "tls": (
        "its certificate",
        "it stays in the manifest; seatrial proves what users see of it",
    ),
    "metrics": ("by which figure it scales", "it stays in the manifest"),
    "triggers": ("by which figure it scales", "it stays in the manifest"),
    "behavior": ("how fast it scales", _STAYS),
    "targetCPUUtilizationPercentage": ("by which figure it scales", _STAYS),
    "parallelism": ("how many of its pods run at once", _STAYS),
    "completions": ("how many of its pods must succeed", _STAYS),
    "backoffLimit": ("how often it is tried", _STAYS),
    "activeDeadlineSeconds": ("how long it may run", _STAYS),
    "ttlSecondsAfterFinished": ("when it is cleaned up", _STAYS),
    "concurrencyPolicy": ("whether it may run twice at once", _STAYS),
    "successfulJobsHistoryLimit": ("how many old runs are kept", _STAYS),
    "failedJobsHistoryLimit": ("how many old runs are kept", _STAYS),
    "startingDeadlineSeconds": ("how late it may start", _STAYS),
    "suspend": ("whether it runs at all", "leave the service out if it does not run"),
    "timeZone": ("the time zone of its schedule", _STAYS),
    "ephemeralContainers": ("containers that somebody looked in with", _NOTHING),
    "subsets": ("addresses that a Service leads to", _STAYS),
    "secretStoreRef": ("where the secret is kept", _STAYS),
    "target": ("the Secret that it becomes", _STAYS),
    "refreshInterval": ("how often the secret is read anew", _STAYS),
    "immutable": ("whether it may change", _STAYS),
    "interval": ("how often metrics are taken", "seatrial takes them every few seconds"),
    "ephemeral-storage": ("how much of the node's disk it may fill", _STAYS),
}


# Read elsewhere: what is left of them has another shape, or further keys.
_LISTS = frozenset({"ports", "env", "envFrom", "containers", "initContainers"}) | {
    *("volumes", "volumeMounts", "rules", "paths", "backendRefs", "endpoints"),
    "podMetricsEndpoints",
}
_MAPPINGS = frozenset({"metadata", "spec", "template", "selector", "resources", "limits"}) | {
    *("requests", "securityContext", "readinessProbe", "livenessProbe", "startupProbe"),
    *("httpGet", "tcpSocket", "grpc", "exec", "data", "backend", "http"),
}
_SHAPE = (
    Fidelity.DROPPED,
    "a cluster reads it in another shape",
    "write it as Kubernetes' reference shows it",
)


def judge(at: Cursor) -> Verdict | None:
    """What is known of a value that no reader took; None where it lies below it."""
    path = at.inner
    steps = [step for step in path if isinstance(step, str)]
    for step in steps:
        if step in KEYS:
            return (Fidelity.DROPPED, *KEYS[step])
    if path == ("type",) and at.label.startswith("Secret/"):
        return (Fidelity.DROPPED, "what kind of secret it is", _NOTHING)
    last, above = path[-1] if path else "", path[-2] if len(path) > 1 else ""
    if last in _LISTS or last in _MAPPINGS:
        return None if any(at.below()) else _SHAPE
    if above in _LISTS and isinstance(last, str):
        return _SHAPE
    return UNREAD
