"""ConfigMaps and Secrets: which keys they have, what may be read of them, who reads them."""

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from seatrial.system.importers import hosts
from seatrial.system.importers.kubernetes.objects import Object

_LONGEST = 400_000
# One ConfigMap can be read by thousands of containers: what is shared must not be multiplied.
MOST_VARIABLES = 30_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A ConfigMap or a Secret. The texts of a Secret are searched for host names, never copied."""

    thing: Object
    name: str
    secret: bool
    texts: Mapping[str, str | None]


@dataclass(slots=True)
class Config:
    """Those of the files, and who uses which of their keys: filled while containers are read."""

    held: Mapping[tuple[str, str, str], Held]
    variables_left: int = MOST_VARIABLES
    mentions: dict[tuple[str, str, str, str], tuple[str, ...]] = field(default_factory=dict)
    uses: dict[tuple[str, str, str], dict[str, list[str]]] = field(default_factory=dict)

    def report(self) -> None:
        """Say of each what became of it."""
        for key, held in self.held.items():
            (_secret if held.secret else _config)(held, self.uses.get(key, {}))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reader:
    """A container as it reads them: by its name, in its namespace."""

    config: Config
    namespace: str
    who: str

    def get(self, kind: str, name: str) -> Held | None:
        """That ConfigMap or Secret of its namespace, if the files hold it."""
        return self.config.held.get((kind, self.namespace, name))

    def use(self, held: Held, keys: Iterable[str], how: str) -> None:
        """Remember for the report that it reads those keys so (`variable PORT of web`)."""
        kind = "Secret" if held.secret else "ConfigMap"
        used = self.config.uses.setdefault((kind, self.namespace, held.name), {})
        for key in keys:
            used.setdefault(key, []).append(f"{how} of {self.who}")

    def mentions(self, held: Held, key: str) -> tuple[str, ...]:
        """Hosts that its text speaks of; searched once, however many containers read it."""
        kind = "Secret" if held.secret else "ConfigMap"
        full = (kind, self.namespace, held.name, key)
        known = self.config.mentions.get(full)
        if known is None:
            known = tuple(dict.fromkeys(hosts.mentioned(held.texts.get(key) or "")))
            self.config.mentions[full] = known
        return known


def config(things: Iterable[Object]) -> Config:
    """The ConfigMaps and Secrets among the objects."""
    held: dict[tuple[str, str, str], Held] = {}
    for thing in things:
        if thing.kind not in {"ConfigMap", "Secret", "SealedSecret", "ExternalSecret"}:
            continue
        # What makes a Secret stands for it: the pods refer to it by that name.
        name = thing.spec.at("target", "name").text or thing.name
        kind = "ConfigMap" if thing.kind == "ConfigMap" else "Secret"
        held.setdefault(
            (kind, thing.namespace, name),
            Held(thing=thing, name=name, secret=kind == "Secret", texts=_texts(thing)),
        )
    return Config(held)


def _texts(thing: Object) -> dict[str, str | None]:
    at = thing.at
    if thing.kind == "ConfigMap":
        plain = {key: value.raw or "" for key, value in at.at("data").entries.items()}
        return {**plain, **dict.fromkeys(at.at("binaryData").entries)}
    if thing.kind == "ExternalSecret":
        return {item.at("secretKey").text: None for item in thing.spec.at("data").items}
    if thing.kind == "SealedSecret":
        return dict.fromkeys(thing.spec.at("encryptedData").entries)
    coded = {key: _decoded(value.text) for key, value in at.at("data").entries.items()}
    plain = {key: value.raw or "" for key, value in at.at("stringData").entries.items()}
    return {**coded, **plain}


def _decoded(text: str) -> str | None:
    try:
        return base64.b64decode(text[:_LONGEST], validate=False).decode()
    except (binascii.Error, ValueError):
        return None


def _config(held: Held, uses: Mapping[str, list[str]]) -> None:
    for key, value in held.thing.at.at("data").entries.items():
        used = list(dict.fromkeys(uses.get(key, ())))
        if not used:
            value.dropped(
                "no container of these files reads it",
                "name the file of the workload that reads it, or delete the key",
            )
        elif all(how.startswith("variable") for how in used):
            value.imported(f"read as {', '.join(used[:3])}")
        else:
            value.approximated(
                f"read as {', '.join(used[:3])}; its text was searched for the names of "
                "services, not copied",
                "put it beside seatrial.yaml and name it under files, if seatrial must render it",
            )
    held.thing.at.at("binaryData").dropped("binary data is not copied", "keep it in the manifest")


def _secret(held: Held, uses: Mapping[str, list[str]]) -> None:
    at = held.thing.at
    used = sorted({how for every in uses.values() for how in every})
    readers = f"; read as {', '.join(used[:3])}" if used else "; no container here reads it"
    for values in (
        *(at.at("data"), at.at("stringData")),
        *(at.at("spec", "encryptedData"), at.at("spec", "data"), at.at("spec", "dataFrom")),
    ):
        values.dropped(
            f"the values of a secret are never copied{readers}",
            "put them into the secret store of the environment, under the names that "
            "seatrial.yaml refers to",
        )
