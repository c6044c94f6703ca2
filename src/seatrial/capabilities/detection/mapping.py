"""Where each kind of log comes from here, and what its fields are called: the one place for both.

Sigma's names (its taxonomy of fields) are on the left, those of the stored lines on the right.
Streams have the fields `service`, `region`, `replica` and `system`; a line's text is `_msg`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from seatrial.system.held import holders
from seatrial.system.model import System

STREAM = "service"
COMMON = frozenset(
    {"region", "replica", "system", "service", "level", "_msg", "pid", "trace_id", "span_id"}
)
# What access logs hold, as JSON or in nginx's own form. A URL's query stands apart nowhere.
WEB: Mapping[str, str] = {
    "c-ip": "client",
    "cs-method": "method",
    "cs-uri-stem": "path",
    "sc-status": "status",
    "sc-bytes": "bytes",
    "cs-user-agent": "agent",
    "cs-referer": "referrer",
    "cs-username": "user",
}
WEB_FIELDS = frozenset(
    {*WEB.values(), "duration", "protocol", "request_id", "upstream", "upstream_status"}
)
_WEB_SERVERS = frozenset({None, "nginx"})
_STORES = {"postgresql": "postgres", "redis": "redis"}
MONITORS = ("prometheus", "alertmanager", "victorialogs", "otelcol", "vmalert", "watchdog")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of log: whom it is of (name and owner), and its fields, None where any may be.

    `writers` are the streams of those whose lines are written under another name.
    """

    subjects: tuple[tuple[str, str], ...]
    names: Mapping[str, str]
    fields: frozenset[str] | None
    writers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def kind_of(category: str | None, product: str | None, system: System, owner: str) -> Kind | None:
    """The logs that a rule's log source means here; None where nothing writes such.

    `owner` is the team of what is nobody's service.
    """
    if category == "webserver" and product in _WEB_SERVERS:
        return _of(_services(system, web=True), WEB, COMMON | WEB_FIELDS)
    if category == "application" and product is None:
        return _of(_services(system, web=False), {}, None)
    if product in _STORES and category in {None, "database"}:
        stores = {
            name: each.owner or ""
            for name, each in system.stores.items()
            if each.engine == _STORES[product]
        }
        kind = _of(stores, {}, COMMON)
        writers = {name: holders(system, name) for name in stores}
        return replace(kind, writers=writers) if kind is not None else None
    named = {name: each.owner or "" for name, each in system.services.items()}
    named |= dict.fromkeys(MONITORS, owner)
    if product is None or product not in named or category is not None:
        return None
    return _of({product: named[product]}, {}, None)


def _services(system: System, *, web: bool) -> dict[str, str]:
    """The services that are web servers, or those that are not."""
    return {
        name: each.owner or ""
        for name, each in system.services.items()
        if (each.metrics is not None and each.metrics.kind == "nginx") is web
    }


def _of(
    found: Mapping[str, str], names: Mapping[str, str], fields: frozenset[str] | None
) -> Kind | None:
    return Kind(subjects=tuple(found.items()), names=names, fields=fields) if found else None
