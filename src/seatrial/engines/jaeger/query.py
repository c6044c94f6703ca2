"""Asking Jaeger: request paths and pure parsers of its HTTP API's answers (`/api/traces`).

The answer is the JSON of Jaeger's own web interface: `data` is a list of traces, each with its
`spans` and the `processes` that made them; instants and durations are whole microseconds.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from seatrial.traces.span import Kind, Span

_KINDS = {each.value: each for each in Kind}
_REPLICA = ("service.instance.id", "host.name")


SINCE = "${since.us}"  # where a watch has the start of its drill, in microseconds
EARLIER = "${earlier.us}"  # a minute before that


def search(
    service: str,
    *,
    limit: int,
    start: str = "",
    end: str = "",
    tags: Mapping[str, str] | None = None,
) -> str:
    """The request path for traces in which a service took part, the newest first.

    `start` and `end` are microseconds since the epoch, SINCE or EARLIER; by default the last two
    days.
    `tags` are attributes that one of its spans has (`error` is one).
    """
    asked = {"service": service, "limit": str(limit)}
    if tags:
        asked["tags"] = json.dumps(dict(tags), separators=(",", ":"))
    between = "".join(f"&{key}={each}" for key, each in (("start", start), ("end", end)) if each)
    return f"/api/traces?{urlencode(asked)}{between}"


def one(trace: str) -> str:
    """The request path of one trace by its id."""
    return f"/api/traces/{trace}"


def services() -> str:
    """The request path for the names of all services that were seen."""
    return "/api/services"


def names(body: bytes) -> tuple[str, ...]:
    """The names in an answer to `services`. Raises ValueError."""
    return tuple(sorted(_data(body) or ()))


def traces(body: bytes) -> tuple[tuple[Span, ...], ...]:
    """The spans of each trace of an answer, without any that Jaeger could not read itself.

    Raises ValueError when it is an error.
    """
    return tuple(_trace(each) for each in _data(body) or ())


def _data(body: bytes) -> Any:
    answer = json.loads(body)
    problems = [each.get("msg", "") for each in answer.get("errors") or ()]
    if problems and not answer.get("data"):
        raise ValueError("; ".join(problems))
    return answer["data"]


def _trace(found: Mapping[str, Any]) -> tuple[Span, ...]:
    resources = {
        key: (each["serviceName"], _tags(each.get("tags") or ()))
        for key, each in found["processes"].items()
    }
    return tuple(_span(each, *resources[each["processID"]]) for each in found["spans"])


def _span(found: Mapping[str, Any], service: str, resource: Mapping[str, str]) -> Span:
    own = _tags(found.get("tags") or ())
    parent, follows = _parent(found)
    start = int(found["startTime"])
    return Span(
        trace=found["traceID"],
        id=found["spanID"],
        service=service,
        operation=found["operationName"],
        start=start,
        end=start + max(0, int(found["duration"])),
        parent=parent,
        kind=_KINDS.get(own.get("span.kind", ""), Kind.INTERNAL),
        follows=follows,
        error=own.get("error") == "true" or own.get("otel.status_code") == "ERROR",
        replica=next((resource[each] for each in _REPLICA if each in resource), ""),
        attributes=own,
    )


def _parent(found: Mapping[str, Any]) -> tuple[str, bool]:
    """The span that caused it: its parent, else the first that it follows from."""
    own = [each for each in found.get("references") or () if each["traceID"] == found["traceID"]]
    for kind, follows in (("CHILD_OF", False), ("FOLLOWS_FROM", True)):
        for each in own:
            if each["refType"] == kind:
                return str(each["spanID"]), follows
    return "", False


def _tags(found: Any) -> dict[str, str]:
    return {each["key"]: _text(each["value"]) for each in found}


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
