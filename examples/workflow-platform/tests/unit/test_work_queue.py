from common.work_queue import Delivery, _first


def test_the_first_message_is_delivered() -> None:
    messages: list[tuple[str, dict[str, str] | None]] = [
        ("1-0", {"run": "a"}),
        ("2-0", {"run": "b"}),
    ]
    assert _first(messages) == Delivery(entry="1-0", run="a")


def test_messages_that_are_deleted_already_are_passed_over() -> None:
    assert _first([("1-0", None), ("2-0", {}), ("3-0", {"run": "c"})]) == Delivery(
        entry="3-0", run="c"
    )
    assert _first([("1-0", None)]) is None
    assert _first([]) is None
