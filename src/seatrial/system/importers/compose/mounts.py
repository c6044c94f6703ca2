"""What is mounted into a service: volumes, folders of the host, memory, configs, secrets.

https://docs.docker.com/reference/compose-file/services/#volumes
"""

import re
from collections.abc import Iterator

from seatrial.system.importers.compose.values import switch
from seatrial.system.importers.documents import texts, written
from seatrial.system.importers.sketch import Mount
from seatrial.system.tree import Node

_HOST = re.compile(r"[./~$\\]|[A-Za-z]:[\\/]")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_READ_ONLY = frozenset({"ro", "readonly"})


def read_mounts(service: Node) -> tuple[Mount, ...]:
    """Every mount of a service; of two with one target, the later."""
    found: dict[str, Mount] = {}
    volumes = service.child("volumes")
    for item in (volumes.items if volumes is not None else None) or ():
        mount = _volume(item)
        if mount is not None:
            found[mount.target] = mount
    tmpfs = service.child("tmpfs")
    for text in () if tmpfs is None else texts(tmpfs):
        target = text.partition(":")[0]
        found[target] = Mount(kind="tmpfs", target=target)
    for mount in (*_files(service, "config", "/"), *_files(service, "secret", "/run/secrets/")):
        found[mount.target] = mount
    return tuple(found.values())


def _volume(item: Node) -> Mount | None:
    if item.entries is not None:
        return _long(item)
    text = written(item)
    if not text:
        return None
    drive = _DRIVE.match(text)
    head = text[:2] if drive else ""
    parts = text[len(head) :].split(":")
    parts[0] = head + parts[0]
    if len(parts) == 1:
        return Mount(kind="anonymous", target=parts[0])
    options = parts[2].split(",") if len(parts) > 2 else ()  # noqa: PLR2004 - source, target, options
    kind = "bind" if _HOST.match(parts[0]) else "volume"
    return Mount(
        kind=kind,
        source=parts[0],
        target=parts[1],
        read_only=not _READ_ONLY.isdisjoint(options),
    )


def _long(item: Node) -> Mount | None:
    def text(key: str) -> str:
        child = item.child(key)
        return "" if child is None else written(child) or ""

    target, source, kind = text("target"), text("source") or text("src"), text("type") or "volume"
    if not target:
        return None
    if kind == "volume" and not source:
        kind = "anonymous"
    return Mount(
        kind=kind,
        target=target,
        source=source,
        read_only=bool(switch(item.child("read_only"))),
    )


def _files(service: Node, kind: str, folder: str) -> Iterator[Mount]:
    listed = service.child(f"{kind}s")
    for item in (listed.items if listed is not None else None) or ():
        name, target = item.child("source"), item.child("target")
        source = written(item if name is None else name)
        if source:
            there = None if target is None else written(target)
            place = there if there and there.startswith("/") else folder + (there or source)
            yield Mount(kind=kind, source=source, target=place, read_only=True)
