"""An HTTP request as a fault or a defect, with the request that undoes it.

What a request made may be undone by its name alone, and that name is in an answer that was
perhaps never read. Such a request carries a marker: `${injection}` in its body. Its undo looks for
the marker in the collection that the request was posted to, whose elements have an `id`; or it says
the same marker in its own body.
"""

import base64
import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from seatrial.contract.action import Request
from seatrial.contract.runtime import Answer, Headers, RuntimeFailure


class Send(Protocol):
    """How a runtime sends a request to a workload."""

    def __call__(
        self,
        method: str,
        workload: str,
        port: str,
        path: str,
        body: str,
        *,
        headers: Headers = (),
        replica: int = 0,
    ) -> Answer:
        """Send it. Raises RuntimeFailure when nobody answers."""
        ...


MARKER = "${injection}"
_NOW = re.compile(r"\$\{now\+(\d+)\}")
_ANSWER = re.compile(r"\$\{answer\.(\w+)\}")
_SECRET = re.compile(r"\$\{secret\.([A-Za-z0-9_.-]+)\}")
_BASIC = re.compile(r"^Basic ([^:]+:.*)$")
_ERROR, _OWN_ERROR = 400, 500
_NOT_FOUND = 404


Known = Callable[[tuple[str, ...]], Mapping[str, str]]  # as Runtime.known_secrets


def revealing(send: Send, known: Known) -> Send:
    """Send with the secrets that headers name: the journal and the timeline keep their names."""

    def sent(
        method: str,
        workload: str,
        port: str,
        path: str,
        body: str,
        *,
        headers: Headers = (),
        replica: int = 0,
    ) -> Answer:
        told = revealed(headers, known)
        return send(method, workload, port, path, body, headers=told, replica=replica)

    return sent


def revealed(headers: Headers, known: Known) -> Headers:
    """Headers with `${secret.NAME}` filled, and `Basic USER:PASSWORD` as it is sent (RFC 7617).

    Raises RuntimeFailure where there is no such secret.
    """
    names = tuple({name for _, value in headers for name in _SECRET.findall(value)})
    if not names:
        return headers
    found = known(names)
    lacking = sorted(name for name in names if not found.get(name))
    if lacking:
        raise RuntimeFailure(f"the secret {lacking[0]} is not known here", "run `seatrial up`")
    filled = ((key, _SECRET.sub(lambda match: found[match[1]], text)) for key, text in headers)
    return tuple((key, _BASIC.sub(_encoded, text)) for key, text in filled)


def _encoded(found: re.Match[str]) -> str:
    return f"Basic {base64.b64encode(found[1].encode()).decode()}"


def plan(action: Request) -> Mapping[str, Any]:
    """The undo as it is written, with what finds again that which only the answer would name."""
    found: dict[str, Any] = {
        "kind": "request",
        "workload": action.workload,
        "undo": asdict(action.undo) if action.undo else None,
    }
    if MARKER in action.body:
        found |= {"marker": f"seatrial-{uuid.uuid4().hex}", "collection": action.path}
    return found


def act(
    action: Request, planned: Mapping[str, Any], send: Send, now: datetime | None = None
) -> Mapping[str, Any]:
    """Send it; the planned undo with what the answer said."""
    moment = now or datetime.now(UTC)
    body = _NOW.sub(
        lambda match: (moment + timedelta(seconds=int(match[1]))).isoformat(), action.body
    ).replace(MARKER, planned.get("marker", ""))
    answer = send(
        action.method, action.workload, action.port, action.path, body, headers=action.headers
    )
    if action.refused and _ERROR <= answer.status < _OWN_ERROR:
        return planned
    if answer.status >= _ERROR or action.refused:
        said = answer.body[:200].decode(errors="replace")
        did = "did not refuse" if action.refused and answer.status < _ERROR else "refused"
        raise RuntimeFailure(f"{action.workload} {did} {action.path}: {answer.status} {said}")
    undo = dict(planned)
    if undo["undo"] and "${answer." in undo["undo"]["path"] and "marker" not in undo:
        said = _read(action.workload, answer, dict)
        path = _ANSWER.sub(lambda match: str(said.get(match[1], "")), undo["undo"]["path"])
        undo["undo"] = {**undo["undo"], "path": path}
    return undo


def undo(entry: Mapping[str, Any], send: Send) -> None:
    """Send the undo, for each thing that carries the marker where there is one.

    Raises RuntimeFailure when it is refused; what is not there any more is no error.
    """
    request = entry["undo"]
    if not request:
        return
    for path in _paths(entry, send):
        answer = send(
            request["method"],
            request["workload"],
            request["port"],
            path,
            request["body"].replace(MARKER, entry.get("marker", "")),
            headers=tuple((name, value) for name, value in request.get("headers", ())),
        )
        if answer.status >= _ERROR and answer.status != _NOT_FOUND:
            raise _refused(request["workload"], path, answer)


def _paths(entry: Mapping[str, Any], send: Send) -> Iterator[str]:
    """Where the undo goes. Raises RuntimeFailure when that cannot be told."""
    request = entry["undo"]
    if "${answer." not in request["path"]:
        yield request["path"]
        return
    workload, where = request["workload"], entry.get("collection")
    if where is None:
        raise RuntimeFailure(
            f"what {workload} answered was never read, and {request['path']} needs it",
            f"look what is left in {workload}, then run `seatrial down` and `seatrial up`",
        )
    answer = send("GET", workload, request["port"], where, "")
    if answer.status >= _ERROR:
        raise _refused(workload, where, answer)
    for each in _read(workload, answer, list):
        if entry["marker"] in json.dumps(each) and not _expired(each):
            if "id" not in each:  # a name that is made up would be "not there", and so undone
                raise RuntimeFailure(f"{workload} does not name what {where} lists")
            yield _ANSWER.sub(str(each["id"]), request["path"])


def _read(workload: str, answer: Answer, kind: type) -> Any:
    """The JSON of an answer. Raises RuntimeFailure for anything else."""
    try:
        said = json.loads(answer.body)
    except ValueError:
        said = None
    if not isinstance(said, kind):
        told = answer.body[:200].decode(errors="replace")
        raise RuntimeFailure(f"{workload} gave an answer that cannot be read: {told}")
    return said


def _expired(element: Mapping[str, Any]) -> bool:
    """Whether it ended by itself: Alertmanager still lists such a silence for days."""
    status = element.get("status")
    return isinstance(status, dict) and status.get("state") == "expired"


def _refused(workload: str, path: str, answer: Answer) -> RuntimeFailure:
    said = answer.body[:200].decode(errors="replace")
    return RuntimeFailure(f"{workload} refused to undo {path}: {answer.status} {said}")
