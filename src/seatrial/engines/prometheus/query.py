"""Asking Prometheus: request paths and pure parsers of its HTTP API's answers (v1)."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from seatrial.contract.timeline import Observation

PORT = "http"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One element of an instant vector: its labels, value, and the sample's instant (epoch s)."""

    labels: Mapping[str, str]
    value: float
    at: float


def instant(expr: str, at: float | None = None) -> str:
    """The request path of an instant query."""
    moment = "" if at is None else f"&time={at:.3f}"
    return f"/api/v1/query?query={quote(expr, safe='')}{moment}"


def vector(body: bytes) -> tuple[Series, ...]:
    """The elements of an instant query's answer. Raises ValueError when it is not a success."""
    data = _data(body)
    return tuple(
        Series(labels=each["metric"], value=float(each["value"][1]), at=float(each["value"][0]))
        for each in data["result"]
    )


def ranged(expr: str, start: float, end: float, step: float, lookback: float) -> str:
    """The request path of a range query; instants in seconds since the epoch, the rest in seconds.

    `lookback`: of a series without a sample for so long there is no value.
    """
    what = f"query={quote(expr, safe='')}&start={start:.3f}&end={end:.3f}"
    return f"/api/v1/query_range?{what}&step={step:.3f}&lookback_delta={lookback:.0f}s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One series of a range: its labels, and value by instant (epoch seconds)."""

    labels: Mapping[str, str]
    values: Mapping[float, float]


def matrix(body: bytes) -> tuple[Line, ...]:
    """The series of a range query, or of a range selector. Raises ValueError for a refusal."""
    return tuple(
        Line(
            labels=each["metric"],
            values={float(at): float(value) for at, value in each["values"]},
        )
        for each in _data(body)["result"]
    )


def samples(subject: str) -> Callable[[float, bytes], tuple[Observation, ...]]:
    """A parser for a watch: each element becomes a `sample` about `subject`."""

    def parse(at: float, body: bytes) -> tuple[Observation, ...]:
        return tuple(
            Observation(
                at=at,
                source="prometheus",
                kind="sample",
                subject=subject,
                value=each.value,
                labels=each.labels,
            )
            for each in vector(body)
        )

    return parse


def alerts(at: float, body: bytes) -> tuple[Observation, ...]:
    """A parser for `/api/v1/alerts`: each change of an alert's state becomes an observation.

    `text` is `pending` or `firing`; `value` is when it became active, seconds since the epoch.
    """
    return tuple(
        Observation(
            at=at,
            source="prometheus",
            kind="alert",
            subject=each["labels"].get("alertname", ""),
            id="/".join(
                (
                    each["labels"].get("alertname", ""),
                    each["labels"].get("service", ""),
                    each["state"],
                    each.get("activeAt", ""),
                )
            ),
            value=_epoch(each.get("activeAt", "")),
            text=each["state"],
            labels=each["labels"],
        )
        for each in _data(body)["alerts"]
    )


def exemplar(selector: str) -> str:
    """The request path of a watch: exemplars of these series since the start of its drill."""
    return f"/api/v1/query_exemplars?query={quote(selector, safe='')}&start=${{since}}"


def exemplars(body: bytes) -> set[tuple[str, str]]:
    """The services and the traces that an answer's exemplars name.

    Figures that are made of spans name the service that they speak of beside who told them.
    """
    return {
        (series["seriesLabels"].get("service_name") or series["seriesLabels"]["service"], trace)
        for series in _data(body)
        for each in series["exemplars"]
        if (trace := each["labels"].get("trace_id"))
    }


def _epoch(stamp: str) -> float | None:
    """An RFC 3339 instant, of any number of decimals, in seconds since the epoch."""
    return datetime.fromisoformat(stamp).timestamp() if stamp else None


def targets(body: bytes) -> tuple[Mapping[str, Any], ...]:
    """The active targets of `/api/v1/targets`."""
    return tuple(_data(body)["activeTargets"])


def _data(body: bytes) -> Any:
    answer = json.loads(body)
    if answer.get("status") != "success":
        raise ValueError(answer.get("error", "Prometheus did not answer with success"))
    return answer["data"]


def histories(subject: str) -> Callable[[float, bytes], tuple[Observation, ...]]:
    """A parser for a range selector: one `sample` a series, all of its history in `text`.

    That is `INSTANT=VALUE` for each sample, the instant in seconds since the epoch, the value as
    Prometheus wrote it: `recalled` reads it back.
    """

    def parse(at: float, body: bytes) -> tuple[Observation, ...]:
        return tuple(
            Observation(
                at=at,
                source="prometheus",
                kind="sample",
                subject=subject,
                text=" ".join(f"{float(stamp):.3f}={value}" for stamp, value in series["values"]),
                labels=series["metric"],
            )
            for series in _data(body)["result"]
        )

    return parse


def recalled(text: str) -> Mapping[float, str]:
    """The samples of a series, as `histories` wrote them: instant to value."""
    pairs = (each.partition("=") for each in text.split())
    return {float(stamp): value for stamp, _, value in pairs}
