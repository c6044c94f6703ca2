"""What VictoriaLogs is asked and what its answers mean."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from seatrial.engines.victorialogs import query, workload


def test_a_path_holds_the_query_as_it_is_written() -> None:
    path = query.path('{a="b"} & "c d" | limit 3', start=1.5, limit=7, service="api")
    asked = parse_qs(urlsplit(path).query)
    assert asked == {
        "query": ['{a="b"} & "c d" | limit 3'],
        "start": ["1.500000"],
        "limit": ["7"],
        "extra_stream_filters": ['{"service": "api"}'],
    }
    assert query.since("x").endswith("&start=${since}")


def test_lines_are_seen_once_and_keep_their_fields() -> None:
    row = b'{"_time":"t","_stream_id":"s","_msg":"hello","service":"api","n":"1"}'
    parse = query.lines("rows")
    (first,), (again,) = parse(1.0, row + b"\n\n"), parse(2.0, row)
    assert first.id == again.id
    assert (first.kind, first.subject, first.text) == ("line", "api", "hello")
    assert first.labels["n"] == "1"


def test_lines_of_one_instant_and_one_message_are_two() -> None:
    row = b'{"_time":"t","_stream_id":"s","_msg":"request","span_id":"%d"}\n'
    parse = query.lines("rows")
    found = parse(1.0, row % 1 + row % 2 + row % 2)
    assert len({each.id for each in found}) == 3
    later = parse(2.0, row % 2 + row % 1 + row % 2)
    assert {each.id for each in later} == {each.id for each in found}


def test_figures_are_samples() -> None:
    found = query.figures("counted")(3.0, b'{"lines":"12","different":"11"}')
    assert {each.subject: each.value for each in found} == {"lines": 12.0, "different": 11.0}


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b'{"a":'])
def test_what_is_no_answer_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - JSON's own words
        query.rows(body)


@pytest.mark.parametrize(
    ("said", "what", "read"),
    [
        (
            b"cannot parse `query` arg [x:(]: unexpected end of query; context: [x:(]\n",
            "unexpected end of query",
            "x:(",
        ),
        (b"something else", "something else", ""),
    ],
)
def test_what_is_wrong_with_a_query(said: bytes, what: str, read: str) -> None:
    assert query.wrong(said) == query.Wrong(what=what, read=read)


def test_the_store_has_a_bound_of_disk_and_of_memory() -> None:
    found = workload.workload(retention="30d", size=1000, memory=64, owner="ops")
    assert "-retention.maxDiskSpaceUsageBytes=1000" in found.argv
    assert found.resources.memory == 4 * 64
    assert found.volumes[0].durable
