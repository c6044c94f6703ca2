from seatrial.contract.board import (
    Board,
    Level,
    Panel,
    Query,
    Row,
    Scope,
    Unit,
    above,
    address_of,
    below,
    drawn,
    level,
)


def test_more_is_worse() -> None:
    limits = above(0.6, 0.8)
    assert [level(limits, each) for each in (0.1, 0.6, 0.79, 0.8, 2)] == [
        Level.GOOD,
        Level.WARN,
        Level.WARN,
        Level.BAD,
        Level.BAD,
    ]
    assert level(above(None, 1), 0.5) is Level.GOOD
    assert level(above(1, None), 5) is Level.WARN


def test_less_is_worse() -> None:
    limits = below(2, 1)
    assert [level(limits, each) for each in (0, 1, 2, 3)] == [
        Level.BAD,
        Level.WARN,
        Level.GOOD,
        Level.GOOD,
    ]
    assert level(below(1), 0) is Level.BAD


def test_without_a_threshold_nothing_is_bad() -> None:
    assert level((), 1e9) is Level.GOOD


def _board(uid: str, subject: str, *panels: Panel) -> Board:
    rows = (Row(title="r", panels=panels),)
    return Board(uid=uid, title=uid, summary="", scope=Scope.SERVICE, rows=rows, subject=subject)


def _panel(title: str, subject: str, *alerts: str) -> Panel:
    return Panel(
        title=title,
        unit=Unit.COUNT,
        queries=(Query(expr="up", legend=""),),
        description="d",
        subject=subject,
        alerts=alerts,
    )


def test_an_alert_leads_to_the_panel_that_watches_the_same() -> None:
    boards = (
        _board("overview", ""),
        _board("api", "api", _panel("a", "api"), _panel("b", "api", "ServiceDown")),
        _board("worker", "worker", _panel("a", "worker", "ServiceDown")),
    )
    where = drawn(boards, "http://x/")
    assert address_of(where, "ServiceDown", "api") == "http://x/d/api?viewPanel=2"
    assert address_of(where, "ServiceDown", "worker") == "http://x/d/worker?viewPanel=1"


def test_else_to_the_board_of_its_subject_else_to_the_first() -> None:
    where = drawn((_board("overview", ""), _board("api", "api", _panel("a", "api"))), "http://x/")
    assert address_of(where, "Unheard", "api") == "http://x/d/api"
    assert address_of(where, "Unheard", "nobody") == "http://x/d/overview"
    assert address_of({}, "Unheard", "api") == ""


def test_rates_are_taken_over_the_window_that_is_asked_for() -> None:
    query = Query(expr="rate(a[$window]) + rate(b[$window])", legend="")
    assert query.over("5m") == "rate(a[5m]) + rate(b[5m])"
