"""Which release ran when: told by the service, or remembered from the image that the file names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from seatrial.app.plan import Plan
from seatrial.capabilities.dashboards.boards.releases import called
from seatrial.contract.board import Panel


def release(plan: Plan, name: str) -> Panel | None:
    (board,) = (each for each in plan.declarations.boards if each.subject == name)
    return next((each for each in board.panels if each.title == "Which release runs"), None)


@pytest.mark.parametrize(
    ("image", "said"),
    [
        ("shop/api:1.2", "1.2"),
        ("host:5000/shop/api", "latest"),
        ("host:5000/shop/api:3@sha256:" + "a" * 64, "3"),
        ("shop/api@sha256:" + "b" * 64, "b" * 12),
    ],
)
def test_a_release_is_called_by_its_tag_or_its_digest(image: str, said: str) -> None:
    assert called(image) == said


def test_a_service_that_tells_is_asked(reference: Plan) -> None:
    panel = release(reference, "api")
    assert panel is not None
    assert "count by (service_version) (target_info" in panel.queries[0].expr
    assert release(reference, "gateway") is None  # nginx tells none, and the file names no image


def test_an_image_is_remembered(planned: Callable[..., Plan], shop: str) -> None:
    plan = planned(shop)
    panel = release(plan, "api")
    assert panel is not None
    assert "service:replicas_of_image:sum" in panel.queries[1].expr
    records = [
        each
        for group in plan.declarations.groups
        for each in group.records
        if each.record == "service:replicas_of_image:sum"
    ]
    assert [dict(each.labels) for each in records] == [{"service": "api", "image": "1"}]
