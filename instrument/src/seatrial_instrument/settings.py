"""Configuration, by the standard variables of OpenTelemetry.

Names, defaults and units: "Environment Variable Specification" and "OTLP Exporter Configuration".
A value that cannot be read is told of and left out, as those demand: no service ends for it.
"""

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from seatrial_instrument.sampling import NAMES, Sampler, sampler

_TRACES = "/v1/traces"
_MOST = 1_000_000
# RFC 9110: a field's name and value; RFC 9112: what may stand in a request's first line
_FIELD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FIELD_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_TARGET = re.compile(r"[\x21-\x7e]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment says. `endpoint` None: spans are not exported. Times in seconds.

    `warnings` are sentences about values that could not be used.
    """

    service: str
    resource: Mapping[str, str] = field(default_factory=dict)
    endpoint: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    compress: bool = False
    timeout: float = 10.0
    sampler: Sampler = field(default_factory=Sampler)
    queue: int = 2048
    batch: int = 512
    delay: float = 5.0
    warnings: tuple[str, ...] = ()


def read_settings(
    service: str, environment: Mapping[str, str] = os.environ, version: str = ""
) -> Settings:
    """Settings of a process; `service` and `version` are its own where no variable gives one."""
    read = _Reading(environment)
    own = {"service.version": version} if version else {}
    resource = own | read.pairs("OTEL_RESOURCE_ATTRIBUTES")
    name = environment.get("OTEL_SERVICE_NAME") or resource.get("service.name") or service
    queue = read.whole("OTEL_BSP_MAX_QUEUE_SIZE", 2048)
    return Settings(
        service=name,
        resource={**resource, "service.name": name},
        endpoint=read.endpoint(),
        headers=read.headers("OTEL_EXPORTER_OTLP_HEADERS")
        | read.headers("OTEL_EXPORTER_OTLP_TRACES_HEADERS"),
        compress=read.either("COMPRESSION") == "gzip",
        timeout=read.milliseconds(read.named("TIMEOUT"), 10_000),
        sampler=read.sampler(),
        queue=queue,
        batch=min(read.whole("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 512), queue),
        delay=read.milliseconds("OTEL_BSP_SCHEDULE_DELAY", 5000),
        warnings=tuple(read.warnings),
    )


class _Reading:
    """Reads variables, and collects what is wrong with them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._all = environment
        self.warnings: list[str] = []

    def named(self, suffix: str) -> str:
        """The variable for traces where it is set, else the one for every signal."""
        own = f"OTEL_EXPORTER_OTLP_TRACES_{suffix}"
        return own if self._all.get(own) else f"OTEL_EXPORTER_OTLP_{suffix}"

    def either(self, suffix: str) -> str:
        return self._all.get(self.named(suffix), "").strip()

    def endpoint(self) -> str | None:
        """Where batches go, or None. Only HTTP: JSON, which every receiver of OTLP/HTTP takes."""
        off = self._all.get("OTEL_SDK_DISABLED", "").lower() == "true"
        wanted = self._all.get("OTEL_TRACES_EXPORTER", "otlp").strip().lower() or "otlp"
        if off or wanted == "none":
            return None
        if wanted != "otlp":
            self._left("OTEL_TRACES_EXPORTER", wanted, "spans go nowhere: use otlp or none")
            return None
        url = self.either("ENDPOINT")
        if not url:
            return None
        protocol = self.either("PROTOCOL")
        if protocol not in {"", "http/protobuf", "http/json"}:
            self._left(
                self.named("PROTOCOL"), protocol, "spans go nowhere: use OTLP over HTTP, port 4318"
            )
            return None
        try:
            parts = urlsplit(url)
            usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
            usable = (
                usable and parts.port != 0 and bool(_TARGET.fullmatch(parts.path + parts.query))
            )
            (parts.hostname or "").encode("idna")  # as it will be looked up
        except ValueError:  # UnicodeError is one
            usable = False
        if not usable:
            self._left(
                self.named("ENDPOINT"), "...", "spans go nowhere: it looks like http://host:4318"
            )
            return None
        own = bool(self._all.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"))
        return url if own else url.rstrip("/") + _TRACES

    def sampler(self) -> Sampler:
        name = self._all.get("OTEL_TRACES_SAMPLER", "").strip() or "parentbased_always_on"
        if name not in NAMES:
            self._left("OTEL_TRACES_SAMPLER", name, f"use one of {', '.join(NAMES)}")
            return Sampler()
        text = self._all.get("OTEL_TRACES_SAMPLER_ARG", "").strip() or "1"
        try:
            ratio = float(text)
        except ValueError:
            ratio = math.nan
        if not 0 <= ratio <= 1:
            self._left("OTEL_TRACES_SAMPLER_ARG", text, "use a share from 0 to 1")
            ratio = 1.0
        return sampler(name, ratio)

    def whole(self, name: str, default: int) -> int:
        text = self._all.get(name, "").strip()
        if not text:
            return default
        if not (text.isascii() and text.isdecimal() and 0 < int(text[:9]) <= _MOST):
            self._left(name, text, f"use a whole number, 1 to {_MOST}")
            return default
        return int(text)

    def milliseconds(self, name: str, default: int) -> float:
        return self.whole(name, default) / 1000

    def pairs(self, name: str) -> dict[str, str]:
        """`key=value,key=value`, percent-encoded."""
        found: dict[str, str] = {}
        for part in self._all.get(name, "").split(","):
            key, equals, value = part.partition("=")
            if key.strip() and equals:
                found[unquote(key.strip())] = unquote(value.strip())
            elif part.strip():
                # the value stays out of the sentence: it may be a key of a collector
                self.warnings.append(f"{name} has a part without `=`; it is left out")
        return found

    def headers(self, name: str) -> dict[str, str]:
        """The same, without what HTTP does not carry."""
        found = self.pairs(name)
        for key, value in list(found.items()):
            if not (_FIELD.fullmatch(key) and _FIELD_VALUE.fullmatch(value)):
                del found[key]
                # neither stands in the sentence: where one is wrong, they may be mixed up
                self.warnings.append(f"{name} has a header that HTTP cannot carry; it is left out")
        return found

    def _left(self, name: str, value: str, cure: str) -> None:
        """Tell of a value that cannot be used."""
        self.warnings.append(f"{name} is {value[:100]!r}, which is left out; {cure}")
