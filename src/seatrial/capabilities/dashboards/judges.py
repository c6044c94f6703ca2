"""What a timeline must show of the boards. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from seatrial.contract.board import Board, Query
from seatrial.contract.scenario import Figure, Judge, Judgement, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.engines.grafana import query as grafana

PLACE = "panel_query"  # the label that tells whose result a sample is
UNTOLD = "container_figure_unknown"
THROUGH = "figures through grafana"
NAMED = 5  # panels named in a reason; the rest is in the raw timeline


@dataclass(frozen=True, slots=True)
class Asked:
    """One query of a board: its place (`3A`) there, and the panel's title."""

    place: str
    title: str
    query: Query


def asked(board: Board) -> tuple[Asked, ...]:
    """Every query of a board."""
    return tuple(
        Asked(f"{number}{chr(ord('A') + at)}", panel.title, query)
        for number, panel in enumerate(board.panels, start=1)
        for at, query in enumerate(panel.queries)
    )


def answered(board: Board) -> Judge:
    """Every query has a result, or a declared reason for having none."""
    queries = asked(board)

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        samples = _newest(timeline, board.uid)
        there = {each.labels.get(PLACE, "") for each in samples}
        untold = {each.labels.get("figure", "") for each in _newest(timeline, UNTOLD)}
        empty = [each for each in queries if each.place not in there]
        missing = [
            each
            for each in empty
            if not each.query.empty and not (each.query.untold and each.query.untold in untold)
        ]
        figures = (
            Figure(name="queries", value=len(queries), unit=""),
            Figure(
                name="queries with data",
                value=round(100 * (len(queries) - len(missing)) / len(queries), 2),
                unit="%",
                target=100,
                bound="==",
            ),
        )
        if samples and not missing:
            return Judgement(
                state=State.MET, reason=f"every panel has data{_rightly(empty)}", figures=figures
            )
        return Judgement(
            state=_absent(timeline, over=over), reason=_listed(board, missing), figures=figures
        )

    return judge


def _rightly(empty: Iterable[Asked]) -> str:
    """What is empty for a declared reason: no failure, but to be known."""
    told = dict.fromkeys(
        f"{each.title}: {each.query.empty or 'nobody can tell it here'}" for each in empty
    )
    return f"; empty: {'; '.join(list(told)[:NAMED])}" if told else ""


def _listed(board: Board, missing: list[Asked]) -> str:
    titles = list(dict.fromkeys(f"{each.title} ({each.query.legend})" for each in missing))
    more = f" and {len(titles) - NAMED} more" if len(titles) > NAMED else ""
    return f"no data on the board {board.title}: {'; '.join(titles[:NAMED])}{more}"


def shows(subject: str, title: str, least: float) -> Judge:
    """After the fault was injected, the panel's figure falls below `least`."""
    return _comes(subject, title, lambda value: value < least, f"fell below {least:g}")


def counts(subject: str, title: str) -> Judge:
    """After the fault was injected, the panel's figure is above 0."""
    return _comes(subject, title, lambda value: value > 0, "rose above 0")


def _comes(subject: str, title: str, shown: Callable[[float], bool], what: str) -> Judge:

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        start = timeline.step("inject")
        if start is None:
            return Judgement(state=State.PENDING, reason="nothing was injected yet")
        seen = [
            each
            for each in timeline.of(kind="sample")
            if each.subject == subject and each.at >= start and each.value is not None
        ]
        first = next((each for each in seen if shown(each.value or 0.0)), None)
        if first is None:
            return Judgement(
                state=_absent(timeline, over=over),
                reason=f"the panel {title} never {what}",
            )
        took = Figure(name="fault to panel", value=round(first.at - start, 2), unit="s")
        return Judgement(
            state=State.MET, reason=f"the panel {title} shows {first.value:g}", figures=(took,)
        )

    return judge


def standing(system: str, wanted: Mapping[str, str]) -> Judge:
    """Every board came back as it was written (`wanted`: uid to essence), in the system's folder.

    And Grafana's own data source answered it.
    """

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        found = {each.subject: each for each in timeline.of(kind=grafana.READ)}  # the last of each
        told = (_unlike(uid, each, found.get(uid), system) for uid, each in wanted.items())
        wrong = [each for each in told if each]
        right = len(wanted) - len(wrong)
        answered = [each for each in timeline.of(kind="sample") if each.subject == THROUGH]
        if not answered:
            wrong.append("its data source gives no figures")
        figure = Figure(
            name="boards as written", value=right, unit="", target=len(wanted), bound="=="
        )
        if not wrong:
            reason = f"{right} boards stand in Grafana as they were written"
            return Judgement(state=State.MET, reason=reason, figures=(figure,))
        seen = bool(found or answered)
        blind = State.BLIND if not seen and timeline.of(kind="unreachable") else State.BROKEN
        return Judgement(
            state=blind if over else State.PENDING,
            reason=f"in Grafana, {'; '.join(wrong[:NAMED])}",
            figures=(figure,),
        )

    return judge


def _unlike(uid: str, essence: str, found: Observation | None, system: str) -> str:
    """In a clause, why a board does not stand as it was written; empty where it does."""
    if found is None:
        return f"{uid} is not there"
    if found.labels.get("folder") != system:
        return f"{uid} is in the folder {found.labels.get('folder') or 'General'}"
    if found.labels.get("provisioned") != "true":
        return f"{uid} is not kept by its file, so that anybody may change it"
    unlike = grafana.differing(essence, found.text)
    return f"{uid}: {unlike}" if unlike else ""


def _newest(timeline: Timeline, subject: str) -> tuple[Observation, ...]:
    """The samples of a subject's last poll."""
    found = [each for each in timeline.of(kind="sample") if each.subject == subject]
    last = max((each.at for each in found), default=0.0)
    return tuple(each for each in found if each.at == last)


def _absent(timeline: Timeline, *, over: bool) -> State:
    """What something that was not seen amounts to: nothing, as long as nobody could look."""
    if not over:
        return State.PENDING
    refused = [each.at for each in timeline.of(kind="unreachable")]
    answers = [each.at for each in timeline.of(kind="sample")]
    unseen = bool(refused) and max(refused) > max(answers, default=0.0)
    return State.BLIND if unseen else State.BROKEN
