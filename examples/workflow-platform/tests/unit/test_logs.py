"""That the lines are JSON is seatrial-instrument's to test; that they carry the id is ours."""

import json
import logging
from typing import Any

from common.logs import identified, request_id

from seatrial_instrument import JsonFormatter


def line() -> dict[str, Any]:
    record = logging.LogRecord("a.b", logging.WARNING, __file__, 1, "x", None, None)
    return dict(json.loads(JsonFormatter("api").format(record)))


def test_the_request_id_is_in_each_line_while_there_is_one() -> None:
    with identified("abc"):
        assert line()["request_id"] == request_id.get() == "abc"
    assert "request_id" not in line()
    assert request_id.get() is None
