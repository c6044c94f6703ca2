"""What of the stack is asked, and what dropping a thing from it really takes away."""

from seatrial.app.plan import Plan
from seatrial.capabilities.metrics.scenarios import COVERAGE
from seatrial.contract.scenario import Expectation


def expectation(plan: Plan, name: str) -> Expectation:
    scenarios = tuple(each for each in plan.scenarios() if each.name == COVERAGE)
    (found,) = (each for each in plan.expectations(scenarios) if each.name == name)
    return found


def test_a_sample_that_nobody_renews_does_not_count(reference: Plan) -> None:
    for name in ("coverage/all", "stack/database", "stack/api"):
        (up,) = (each for each in expectation(reference, name).watches if each.name == "up")
        assert "timestamp%28up%29" in up.path or "timestamp(up)" in up.path


def test_a_job_that_would_be_empty_is_dropped_as_a_whole(reference: Plan) -> None:
    control = expectation(reference, "stack/database").control
    contained, action = control.actions
    assert getattr(contained, "path", "") == "targets/container.json"
    assert '"service": "database"' not in getattr(contained, "text", "")
    assert getattr(action, "path", "") == "prometheus.yml"
    assert "store-postgres" not in getattr(action, "text", "")
    assert "store-redis" in getattr(action, "text", "")


def test_of_a_job_with_others_only_the_thing_is_dropped(reference: Plan) -> None:
    texts = {
        getattr(each, "path", ""): getattr(each, "text", "")
        for each in expectation(reference, "stack/api").control.actions
    }
    metrics = texts["targets/service-metrics.json"]
    assert '"service": "api"' not in metrics
    assert '"service": "worker"' in metrics
