"""Cut, slow, reset and break declared edges, by the fault proxy's HTTP API.

API: Toxiproxy 2, `/populate` and `/proxies/{name}/toxics`. A proxy that restarted has read its
edges from its file, and has forgotten every toxic.
"""

import json
from collections.abc import Mapping
from typing import Any

from seatrial.contract.action import BreakEdge, CutEdge, EdgeFault, ResetEdge, SlowEdge
from seatrial.contract.placement import Placement
from seatrial.contract.runtime import RuntimeFailure
from seatrial.engines.toxiproxy.workload import NAME, proxies
from seatrial.runtimes.shared.requests import Send

_ERROR = 400
_NOT_FOUND = 404


def _call(send: Send, method: str, path: str, body: Any = None) -> bytes:
    text = "" if body is None else json.dumps(body)
    answer = send(method, NAME, "api", path, text)
    gone = method == "DELETE" and answer.status == _NOT_FOUND
    if answer.status >= _ERROR and not gone:
        said = answer.body[:200].decode(errors="replace")
        raise RuntimeFailure(f"the fault proxy refused {path}: {said}")
    return answer.body


def populate(placement: Placement, send: Send) -> None:
    """Tell the proxy which edges have changed; the others are left as they are."""
    there: dict[str, dict[str, Any]] = json.loads(_call(send, "GET", "/proxies"))
    wanted = proxies(placement.edges)
    for name in sorted(there.keys() - {each["name"] for each in wanted}):
        _call(send, "DELETE", f"/proxies/{name}")
    changed = [each for each in wanted if not _same(each, there.get(str(each["name"])))]
    if changed:
        _call(send, "POST", "/populate", changed)


def _same(wanted: Mapping[str, object], there: Mapping[str, Any] | None) -> bool:
    return there is not None and all(there.get(key) == value for key, value in wanted.items())


def _names(action: EdgeFault, placement: Placement) -> list[str]:
    caller = action.replica if isinstance(action, CutEdge) else None
    found = [
        each.name
        for each in placement.edges
        if (each.source, each.target) == (action.source, action.target)
        and caller in {None, each.caller}
    ]
    if not found:
        raise RuntimeFailure(
            f"there is no edge from {action.source} to {action.target}",
            f"add {action.target} to services.{action.source}.needs",
        )
    return found


def plan(action: EdgeFault, placement: Placement) -> Mapping[str, Any]:
    """The toxics that must be removed again."""
    toxics = [f"{name}/toxics/{toxic}" for name in _names(action, placement) for toxic in _TOXICS]
    return {"kind": "edges", "toxics": toxics}


_TOXICS = ("seatrial-up", "seatrial-down")


def act(action: EdgeFault, placement: Placement, send: Send) -> None:
    """Add a toxic in each direction that the fault concerns."""
    for name in _names(action, placement):
        for toxic, stream in zip(_TOXICS, ("upstream", "downstream"), strict=True):
            kind, attributes = _toxic(action)
            if isinstance(action, SlowEdge) and stream == "upstream":
                continue  # one way is enough to delay an answer
            _call(
                send,
                "POST",
                f"/proxies/{name}/toxics",
                {"name": toxic, "type": kind, "stream": stream, "attributes": attributes},
            )


def _toxic(action: EdgeFault) -> tuple[str, dict[str, int]]:
    if isinstance(action, SlowEdge):
        return "latency", {"latency": round(action.latency * 1000)}
    if isinstance(action, ResetEdge):
        return "reset_peer", {"timeout": 0}
    if isinstance(action, BreakEdge):
        return "limit_data", {"bytes": action.after}
    return "timeout", {"timeout": 0}  # silence: no data passes and nothing is closed


def undo(entry: Mapping[str, Any], send: Send) -> None:
    """Remove the toxics; one that is not there is no error."""
    for path in entry["toxics"]:
        _call(send, "DELETE", f"/proxies/{path}")
