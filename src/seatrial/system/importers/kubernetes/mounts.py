"""What is mounted into containers, and what a pod's volumes are made of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from seatrial.system.importers.cursor import Cursor
from seatrial.system.importers.kubernetes.config import Reader
from seatrial.system.importers.sketch import Mount

_STAYS = "it stays in the manifest"
_KINDS = {
    "configMap": ("config", "files from a ConfigMap"),
    "secret": ("secret", "files from a Secret"),
    "persistentVolumeClaim": ("volume", "a volume that outlives the pod"),
    "hostPath": ("bind", "a path of the node"),
    "emptyDir": ("anonymous", "a volume that ends with the pod"),
    "ephemeral": ("anonymous", "a volume that ends with the pod"),
}
_ENGINE_SOCKETS = ("docker.sock", "containerd.sock", "crio.sock", "podman.sock")


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """A volume of a pod in a mount's words; `held` are ConfigMaps and Secrets that fill it."""

    kind: str
    source: str = ""
    held: tuple[tuple[str, str], ...] = ()

    @property
    def is_engine_socket(self) -> bool:
        """Whether it hands out the node's container engine."""
        return self.kind == "bind" and self.source.endswith(_ENGINE_SOCKETS)


def volumes(spec: Cursor, templates: Cursor) -> dict[str, Volume]:
    """The volumes of a pod by name, with those that a StatefulSet claims for each of its pods."""
    found = {}
    for at in spec.at("volumes").items:
        found[at.at("name").text] = _volume(at)
    for at in templates.items:
        name = at.at("metadata", "name").text
        found[name] = Volume(kind="volume", source=name)
        size = at.at("spec", "resources", "requests", "storage").text
        at.approximated(
            f"a volume of its own for each replica, {size or 'of a size that is not written'}",
            "its class and size stay in the manifest",
        )
    return found


def _volume(at: Cursor) -> Volume:
    name = at.at("name").text
    kind = next((key for key in at.entries if key != "name"), "emptyDir")
    source = at.at(kind)
    read = _KINDS.get(kind)
    if read is not None:
        at.imported(read[1])
        held = source.at("name").text or source.at("secretName").text
        match kind:
            case "configMap" | "secret":
                owner = "ConfigMap" if kind == "configMap" else "Secret"
                return Volume(kind=read[0], source=held, held=((owner, held),))
            case "emptyDir" if source.at("medium").text == "Memory":
                return Volume(kind="tmpfs", source=name)
        return Volume(
            kind=read[0],
            source=source.at("claimName").text or source.at("path").text or name,
        )
    if kind == "projected":
        both = tuple(_projected(source.at("sources")))
        secret = any(owner == "Secret" for owner, _ in both)
        at.approximated("several sources in one volume", _STAYS)
        return Volume(kind="secret" if secret else "config", source=name, held=both)
    if kind == "downwardAPI":
        at.approximated("facts of the pod as files, which only the cluster knows", _STAYS)
        return Volume(kind="config", source=name)
    at.approximated(f"a volume of the kind {kind}, taken as one that outlives the pod", _STAYS)
    return Volume(kind="volume", source=name)


def _projected(sources: Cursor) -> Iterator[tuple[str, str]]:
    for source in sources.items:
        for step, kind in (("configMap", "ConfigMap"), ("secret", "Secret")):
            name = source.at(step, "name").text
            if name:
                yield kind, name


def mounts(
    container: Cursor, known: Mapping[str, Volume], reader: Reader
) -> tuple[tuple[tuple[Mount, Cursor], ...], tuple[str, ...]]:
    """The mounts of a container, and the hosts that mounted files speak of."""
    found: list[tuple[Mount, Cursor]] = []
    words: list[str] = []
    for at in container.at("volumeMounts").items:
        name = at.at("name").text
        volume = known.get(name)
        if volume is None:
            at.approximated(
                f"a mount of the volume {name or 'without a name'}, which the pod does not declare",
                "declare the volume or delete the mount",
            )
            volume = Volume(kind="volume", source=name)
        else:
            at.imported(f"a mount of the volume {name}")
        mount = Mount(
            kind=volume.kind,
            target=at.at("mountPath").text,
            source=volume.source,
            read_only=bool(at.at("readOnly").flag) or volume.kind in {"config", "secret"},
        )
        found.append((mount, at))
        words += _files(at, volume, reader)
    for at in container.at("volumeDevices").items:
        at.approximated("a raw device, taken as a volume", "it stays in the manifest")
        mount = Mount(kind="volume", target=at.at("devicePath").text, source=at.at("name").text)
        found.append((mount, at))
    return tuple(found), tuple(words)


def _files(at: Cursor, volume: Volume, reader: Reader) -> Iterator[str]:
    for kind, name in volume.held:
        held = reader.get(kind, name)
        if held is None:
            continue
        only = at.at("subPath").text
        keys = [only] if only in held.texts else list(held.texts)
        reader.use(held, keys, "a file")
        for key in keys:
            yield from reader.mentions(held, key)
