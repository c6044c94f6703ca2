"""Kubernetes: workloads as manifests. Values only; nothing here reaches a cluster yet.

The Prometheus Operator's kinds are not here: they are the engines' own, rendered from the
capabilities' declarations. What belongs here is what any workload becomes: a Deployment, a
StatefulSet or a DaemonSet, its Service, and what its pods are given.
"""

from seatrial.runtimes.kubernetes.cluster import NAME, Cluster
from seatrial.runtimes.kubernetes.manifests import Manifests, manifests, reference
from seatrial.runtimes.kubernetes.words import asks_for_replica

__all__ = ["NAME", "Cluster", "Manifests", "asks_for_replica", "manifests", "reference"]
