"""An alert that a drill posts by itself, as a request and its undo (API v2, `/alerts`)."""

import json
from collections.abc import Mapping

from seatrial.contract.action import Request
from seatrial.engines.alertmanager import workload as alertmanager

_PAST = {"startsAt": "2001-01-01T00:00:00Z", "endsAt": "2001-01-01T00:01:00Z"}


def posted(labels: Mapping[str, str], annotations: Mapping[str, str]) -> Request:
    """An alert that fires until the undo resolves it."""
    alert: dict[str, object] = {"labels": dict(labels), "annotations": dict(annotations)}
    return _request(alert, _request(alert | _PAST))


def anew(labels: Mapping[str, str], annotations: Mapping[str, str]) -> Request:
    """One that is another one each time it is posted, by a label.

    What fires again before its end was told is the same to Alertmanager, and is not told again.
    """
    return posted({**labels, "said": "${injection}"}, annotations)


def _request(body: object, undo: Request | None = None) -> Request:
    return Request(
        workload=alertmanager.NAME,
        port="http",
        method="POST",
        path="/api/v2/alerts",
        body=json.dumps([body]),
        undo=undo,
    )
