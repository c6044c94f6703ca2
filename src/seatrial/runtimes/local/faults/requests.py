"""An HTTP request as a fault or a defect, with the request that undoes it."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from seatrial.contract.action import Request
from seatrial.contract.runtime import Answer, RuntimeFailure

Send = Callable[[str, str, str, str, str], Answer]  # method, workload, port, path, body
_NOW = re.compile(r"\$\{now\+(\d+)\}")
_ANSWER = re.compile(r"\$\{answer\.(\w+)\}")
_ERROR = 400


def plan(action: Request) -> Mapping[str, Any]:
    """The undo as it is written; what comes from the answer is filled in afterwards."""
    return {"kind": "request", "undo": asdict(action.undo) if action.undo else None}


def act(action: Request, send: Send, now: datetime | None = None) -> Mapping[str, Any]:
    """Send it; the undo with what the answer said."""
    moment = now or datetime.now(UTC)
    body = _NOW.sub(
        lambda match: (moment + timedelta(seconds=int(match[1]))).isoformat(), action.body
    )
    answer = send(action.method, action.workload, action.port, action.path, body)
    if answer.status >= _ERROR:
        said = answer.body[:200].decode(errors="replace")
        raise RuntimeFailure(f"{action.workload} refused {action.path}: {answer.status} {said}")
    undo = dict(plan(action))
    if undo["undo"] and "${answer." in undo["undo"]["path"]:
        said = json.loads(answer.body)
        path = _ANSWER.sub(lambda match: str(said.get(match[1], "")), undo["undo"]["path"])
        undo["undo"] = {**undo["undo"], "path": path}
    return undo


def undo(entry: Mapping[str, Any], send: Send) -> None:
    """Send the undo; an answer that was never read leaves nothing to send."""
    request = entry["undo"]
    if request and "${" not in request["path"]:
        send(
            request["method"],
            request["workload"],
            request["port"],
            request["path"],
            request["body"],
        )
