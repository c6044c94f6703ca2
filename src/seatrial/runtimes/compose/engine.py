"""The Docker Engine as this runtime uses it: containers, volumes and networks by their labels.

API: Docker Engine 1.43. Every refusal of the engine becomes a RuntimeFailure.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from docker.errors import APIError, NotFound

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.archive import Entry, only_file, packed
from seatrial.runtimes.compose.client import Client, failures

Labels = Mapping[str, str]
Inspected = Mapping[str, Any]
_CONFLICT = 409


class Engine:
    """One engine; containers are called by name or id. What is gone is no error to remove."""

    def __init__(self, client: Client) -> None:
        """Nothing is asked yet."""
        self.client = client
        self.api = client.sdk.api

    # -- looking -----------------------------------------------------------------------------

    def containers(self, labels: Labels) -> tuple[Inspected, ...]:
        """Every container with these labels, running or not, as it is."""
        with failures("listing containers"):
            listed = self.api.containers(all=True, filters=_filters(labels))
        return tuple(self._inspected(each["Id"] for each in listed))

    def _inspected(self, names: Iterable[str]) -> Iterator[Inspected]:
        for name in names:
            found = self.inspect(name)
            if found is not None:  # removed since it was listed
                yield found

    def inspect(self, name: str) -> Inspected | None:
        """A container, or None."""
        with failures(f"looking at {name}"):
            try:
                found: Inspected = self.api.inspect_container(name)
            except NotFound:
                return None
        return found

    def endpoint(self, name: str, port: int) -> tuple[str, int] | None:
        """Where a container's port is reached now; another place after each start."""
        found = self.inspect(name)
        ports = (found or {}).get("NetworkSettings", {}).get("Ports") or {}
        for each in ports.get(f"{port}/tcp") or ():
            return self.client.published(each["HostIp"] or "127.0.0.1", int(each["HostPort"]))
        return None

    def logs(self, name: str, lines: int) -> tuple[str, ...]:
        """The last lines that a container wrote."""
        with failures(f"reading the log of {name}"):
            try:
                text: bytes = self.api.logs(name, stdout=True, stderr=True, tail=lines)
            except NotFound:
                return ()
        return tuple(text.decode(errors="replace").splitlines())

    def usage(self, name: str) -> tuple[int | None, float | None]:
        """Bytes of memory, without the page cache, and processor seconds of a container."""
        with suppress(RuntimeFailure), failures(f"measuring {name}"):
            found = self.api.stats(name, stream=False, one_shot=True)
            memory = found.get("memory_stats", {})
            known = memory.get("stats", {})
            cached = known.get("inactive_file", known.get("total_inactive_file", 0))
            used = memory.get("usage")
            cpu = found.get("cpu_stats", {}).get("cpu_usage", {}).get("total_usage")
            return (
                max(0, used - cached) if used else None,
                round(cpu / 1e9, 2) if cpu else None,
            )
        return None, None

    # -- acting ------------------------------------------------------------------------------

    def start(self, name: str) -> None:
        """Start a container that does not run."""
        with failures(f"starting {name}"):
            self.api.start(name)

    def stop(self, name: str, grace: float) -> None:
        """SIGTERM, and SIGKILL after `grace` seconds; it stays down."""
        with failures(f"stopping {name}"), suppress(NotFound):
            self.api.stop(name, timeout=round(grace))

    def signal(self, name: str, number: str) -> bool:
        """Send a signal to a container's init; false where it does not run."""
        with failures(f"signalling {name}"):
            try:
                self.api.kill(name, number)
            except NotFound:
                return False
            except APIError as error:
                if error.status_code == _CONFLICT:
                    return False
                raise
        return True

    def pause(self, name: str) -> None:
        """Freeze every process of a container."""
        with failures(f"pausing {name}"):
            self.api.pause(name)

    def unpause(self, name: str) -> None:
        """Let a frozen container go on."""
        with failures(f"unpausing {name}"):
            self.api.unpause(name)

    def remove(self, name: str) -> None:
        """Remove a container, running or not, with its anonymous volumes."""
        with failures(f"removing {name}"), suppress(NotFound):
            self.api.remove_container(name, v=True, force=True)

    # -- files -------------------------------------------------------------------------------

    def put(self, name: str, folder: str, entries: Iterable[Entry]) -> None:
        """Put files into a container's folder; it need not run."""
        with failures(f"writing files of {name}"):
            self.api.put_archive(name, folder, packed(entries, time.time()))

    def get(self, name: str, path: str) -> bytes | None:
        """A file of a container, or None."""
        with failures(f"reading {path} of {name}"):
            try:
                parts, _ = self.api.get_archive(name, path)
            except NotFound:
                return None
            return only_file(b"".join(parts))

    # -- volumes and networks ----------------------------------------------------------------

    def volumes(self, labels: Labels) -> tuple[Inspected, ...]:
        """Every volume with these labels."""
        with failures("listing volumes"):
            found = self.api.volumes(filters=_filters(labels))["Volumes"] or ()
        return tuple(found)

    def remove_volume(self, name: str) -> None:
        """Remove a volume that no container uses."""
        with failures(f"removing the volume {name}"), suppress(NotFound):
            self.api.remove_volume(name)

    def networks(self, labels: Labels | None = None) -> tuple[Inspected, ...]:
        """Every network, or those with these labels."""
        with failures("listing networks"):
            found = self.api.networks(filters=_filters(labels) if labels else None)
        return tuple(found)

    def remove_network(self, name: str) -> None:
        """Remove a network that no container uses."""
        with failures(f"removing the network {name}"), suppress(NotFound):
            self.api.remove_network(name)


def _filters(labels: Labels) -> dict[str, list[str]]:
    return {"label": [f"{key}={value}" for key, value in labels.items()]}
