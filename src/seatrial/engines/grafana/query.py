"""Asking Grafana: request paths and pure parsers of its HTTP API's answers.

Formats: Grafana's reference, "Dashboard HTTP API" (GET /api/dashboards/uid/:uid) and "Data source
HTTP API" (the proxy of a data source, by uid).
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from seatrial.contract.timeline import Observation
from seatrial.engines.grafana.names import SOURCE

PORT = "http"
READ = "board"  # the kind of an observation: a board as it was read back


def board(uid: str) -> str:
    """The request path of a board, with what Grafana says of it."""
    return f"/api/dashboards/uid/{uid}"


def through(path: str) -> str:
    """The path of a request that Grafana passes on to its data source."""
    return f"/api/datasources/proxy/uid/{SOURCE}{path}"


def read(uid: str) -> Callable[[float, bytes], tuple[Observation, ...]]:
    """A parser for a watch: the board as it is kept there, in `text` as `essence` writes it."""

    def parse(at: float, body: bytes) -> tuple[Observation, ...]:
        answer = json.loads(body)
        meta = answer.get("meta", {})
        return (
            Observation(
                at=at,
                source=f"grafana {uid}",
                kind=READ,
                subject=uid,
                text=essence(answer["dashboard"]),
                labels={
                    "folder": str(meta.get("folderTitle", "")),
                    "provisioned": str(bool(meta.get("provisioned"))).lower(),
                },
            ),
        )

    return parse


def essence(document: Mapping[str, Any]) -> str:
    """What of a board must come back as it was written, as JSON; rows are none of it.

    Grafana adds numbers and versions of its own, and moves older documents to its newest schema.
    """
    panels = [each for each in document.get("panels", ()) if each.get("type") != "row"]
    return json.dumps(
        {
            "uid": document.get("uid"),
            "title": document.get("title"),
            "panels": [_panel(each) for each in sorted(panels, key=lambda one: one.get("id", 0))],
        },
        sort_keys=True,
    )


def _panel(panel: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": panel.get("id"),
        "title": panel.get("title"),
        "type": panel.get("type"),
        "says": panel.get("description", ""),
        "unit": panel.get("fieldConfig", {}).get("defaults", {}).get("unit"),
        "asks": [[one.get("expr"), _source(one)] for one in panel.get("targets", ())],
        "leads": sorted(one.get("url", "") for one in panel.get("links", ())),
    }


def _source(target: Mapping[str, Any]) -> str:
    found = target.get("datasource") or {}
    return str(found.get("uid", "")) if isinstance(found, Mapping) else str(found)


def differing(wanted: str, found: str) -> str:
    """In a clause, the first panel that came back as another than it was written; empty: none."""
    first, second = json.loads(wanted), json.loads(found)
    if first == second:
        return ""
    there = {each["id"]: each for each in second["panels"]}
    for each in first["panels"]:
        other = there.get(each["id"])
        if other is None:
            return f"its panel {each['title']} is not there"
        unlike = [key for key in each if each[key] != other.get(key)]
        if unlike:
            return f"its panel {each['title']} has another {', '.join(unlike)}"
    more = len(second["panels"]) - len(first["panels"])
    return f"{more} panels are there that nobody wrote" if more else "its title is another"
