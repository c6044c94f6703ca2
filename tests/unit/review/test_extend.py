"""Items are added to a list, and nothing else of the text changes."""

from __future__ import annotations

import pytest

from seatrial.review.extend import extended

PATH = ("services", "api", "needs")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "services:\n  api:\n    needs: [database] # why\n    ports: {}\n",
            "services:\n  api:\n    needs: [database, cache] # why\n    ports: {}\n",
        ),
        (
            "services:\n  api:\n    needs:\n      - database  # why\n\n    # more\n    a: {}\n",
            "services:\n  api:\n    needs:\n      - database  # why\n      - cache\n\n"  # noqa: ISC004
            "    # more\n    a: {}\n",
        ),
        (
            "services:\n  api:\n    needs:\n    - database",
            "services:\n  api:\n    needs:\n    - database\n    - cache\n",
        ),
        ("services: {api: {needs: [database,]}}", "services: {api: {needs: [database, cache]}}"),
    ],
)
def test_an_item_is_added(before: str, after: str) -> None:
    assert extended(before, PATH, ["cache"]) == after


@pytest.mark.parametrize(
    "text",
    [
        "services: {api: {}}\n",
        "services: {api: {needs: []}}\n",
        "services: {api: {needs: database}}\n",
        "a: &a [database]\nservices: {api: {needs: *a}}\n",
        "services: [",
    ],
)
def test_what_cannot_be_extended_stays(text: str) -> None:
    assert extended(text, PATH, ["cache"]) is None
