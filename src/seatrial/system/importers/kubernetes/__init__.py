"""Kubernetes manifests, also as Helm and Kustomize render them, read into one sketch.

A module for each kind of thing that manifests say; `assemble` puts them together. What belongs to
any source of files (places, the loss report, host names, secrets) stands in the folder above. No
cluster is asked: what only a cluster knows stays unknown.
"""

from seatrial.system.importers.kubernetes.assemble import sketch
from seatrial.system.importers.kubernetes.templates import needs_rendering

__all__ = ["needs_rendering", "sketch"]
