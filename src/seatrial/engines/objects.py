"""Kubernetes objects: what all of ours have in common, whoever renders them.

Labels are those that Kubernetes recommends. Two of them select: the system, and the workload's
name. They are written here once, because a Service, the pods behind it and the monitor that finds
it must agree. Formats: the Kubernetes API reference.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from seatrial.contract.output import File
from seatrial.engines.documents import to_yaml_stream

NAME = "app.kubernetes.io/name"
SYSTEM = "app.kubernetes.io/part-of"
OWNER = "app.kubernetes.io/managed-by"
MONITORING = "monitoring.coreos.com/v1"
Object = dict[str, Any]
# Kubernetes's own recommendation for pods that need nothing of their node ("restricted").
POD_SECURITY: Mapping[str, Any] = {
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}
NOBODY = 65534  # every engine runs as nobody; images know this user, and nothing belongs to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Whose the objects are, and the namespace that they live in."""

    system: str
    namespace: str

    @property
    def all(self) -> Mapping[str, str]:
        """The label that every object of the system has."""
        return {SYSTEM: self.system}

    def one(self, workload: str) -> Mapping[str, str]:
        """The labels by which one workload's pods, and its Service, are found."""
        return {NAME: workload, SYSTEM: self.system}

    @property
    def secrets(self) -> str:
        """The Secret that must be there before anything starts, and is never written by us."""
        return f"{self.system}-secrets"

    def secret(self, name: str) -> dict[str, str]:
        """Where a secret of the system is: its name is the key, as it is written."""
        return {"name": self.secrets, "key": name}

    def made(self, api: str, kind: str, name: str, *, of: str = "", **rest: Any) -> Object:
        """An object with its metadata; `of` is the workload it belongs to, by default its name."""
        labels = {**self.one(of or name), OWNER: "seatrial"}
        metadata = {"name": name, "namespace": self.namespace, "labels": labels}
        return {"apiVersion": api, "kind": kind, "metadata": metadata, **rest}

    def service(self, name: str, ports: Mapping[str, int], selector: Mapping[str, str]) -> Object:
        """The Service of a workload: a stable name in front of the pods that are selected.

        Ports are targeted by number: a pod that holds two workloads may name two ports alike.
        """
        spec = {
            "selector": dict(selector),
            "ports": [
                {"name": port, "port": number, "targetPort": number, "protocol": "TCP"}
                for port, number in ports.items()
            ],
        }
        return self.made("v1", "Service", name, spec=spec)


def manifest(path: str, why: str, objects: Iterable[Object]) -> File:
    """One file of manifests, below the folder of all of them."""
    return File(path=path, text=to_yaml_stream(objects), why=why)
