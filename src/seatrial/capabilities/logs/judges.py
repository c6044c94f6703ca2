"""What a timeline must show of the logs. Pure."""

from collections.abc import Collection, Iterable, Mapping

from seatrial.capabilities.logs import lines
from seatrial.contract.scenario import Figure, Judge, Judgement, State
from seatrial.contract.timeline import Observation, Timeline

WITHIN = 5.0
NAMED = 5  # things named in a reason; the rest is in the raw timeline
ROWS = "lines"
AUDITED = "audit lines"
COUNTED, DIFFERENT = "counted", "different"


def found(replicas: tuple[tuple[str, int], ...]) -> Judge:
    """The line that each replica wrote was seen in the store, soon enough."""

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        if timeline.step("inject") is None:
            return _nothing()
        took = delays(timeline)
        missing = [each for each in replicas if each not in took]
        late = {each: took[each] for each in replicas if took.get(each, 0.0) > WITHIN}
        figures = (
            Figure(
                name="replicas whose line was found",
                value=len(replicas) - len(missing),
                unit="",
                target=len(replicas),
                bound="==",
            ),
            *_slowest(took),
        )
        if missing:
            reason = f"of {_names(missing)} no line was found"
            return Judgement(state=unmet(timeline, over=over), reason=reason, figures=figures)
        if late:
            reason = f"the line of {_names(late)} was found late"
            return Judgement(state=State.BROKEN, reason=reason, figures=figures)
        reason = f"a line of each of {len(replicas)} replicas was found in the store"
        return Judgement(state=State.MET, reason=reason, figures=figures)

    return judge


def delays(timeline: Timeline) -> Mapping[tuple[str, int], float]:
    """Seconds from writing to seeing the line, of each replica that wrote one."""
    took: dict[tuple[str, int], float] = {}
    for each in _rows(timeline, lines.FOUND):
        who = (each.subject, int(each.labels.get("replica", "0")))
        took.setdefault(who, max(0.0, each.at - float(each.labels.get("written", each.at))))
    return took


def _slowest(took: Mapping[tuple[str, int], float]) -> tuple[Figure, ...]:
    if not took:
        return ()
    value = round(max(took.values()), 2)
    return (
        Figure(
            name="slowest from writing to found", value=value, unit="s", target=WITHIN, bound="<="
        ),
    )


def masked(kinds: Iterable[str]) -> Judge:
    """The lines with planted secrets are in the store, and none of these secrets is.

    Addresses may be left as they are; without any other kind nobody can say that secrets are not
    stored, whatever is seen.
    """
    secrets = {kind: lines.SECRETS[kind] for kind in kinds}
    bare_by_choice = [each for each in lines.SECRETS if each not in {*secrets, "addresses"}]

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        if timeline.step("inject") is None:
            return _nothing()
        if bare_by_choice:
            reason = f"logs.mask of the file leaves {' and '.join(bare_by_choice)} as they are"
            return Judgement(state=State.BLIND, reason=reason)
        stored = _rows(timeline, lines.PLANTED)
        found, all_of_them = len({each.text for each in stored}), len(lines.planted())
        if found < all_of_them:
            reason = f"of {all_of_them} lines with planted secrets {found} were found"
            return Judgement(state=unmet(timeline, over=over), reason=reason)
        text = "\n".join(value for each in stored for value in each.labels.values())
        bare = [kind for kind, each in secrets.items() if any(one in text for one in each)]
        planted = sum(map(len, secrets.values()))
        figures = (
            Figure(name="secrets planted", value=planted, unit=""),
            Figure(name="kinds stored in clear", value=len(bare), unit="", target=0, bound="=="),
        )
        if bare:
            reason = f"{' and '.join(bare)} are in the store as they were written"
            return Judgement(state=State.BROKEN, reason=reason, figures=figures)
        if lines.NO_CARD not in text:
            reason = "a number that is no card's was masked as well"
            return Judgement(state=State.BROKEN, reason=reason, figures=figures)
        reason = f"the lines are there, their {planted} secrets are not"
        return Judgement(state=State.MET, reason=reason, figures=figures)

    return judge


def read(forms: tuple[lines.Form, ...]) -> Judge:
    """Of a line of each form, its fields are in the store."""

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        if timeline.step("inject") is None:
            return _nothing()
        rows = _rows(timeline, lines.MARK)
        unread = {each.name: why for each in forms if (why := _unread(each, rows))}
        figures = (
            Figure(
                name="forms read",
                value=len(forms) - len(unread),
                unit="",
                target=len(forms),
                bound="==",
            ),
        )
        if unread:
            reason = "; ".join(f"{name}: {why}" for name, why in unread.items())
            return Judgement(state=unmet(timeline, over=over), reason=reason, figures=figures)
        reason = f"{', '.join(each.name for each in forms)}: each was read"
        return Judgement(state=State.MET, reason=reason, figures=figures)

    return judge


def _unread(form: lines.Form, rows: tuple[Observation, ...]) -> str:
    """Why no line shows the form's fields; empty where one does."""
    own = [each for each in rows if each.labels.get("form") == form.name]
    if not own:
        return "no line was read as this"
    lacking = [
        key
        for key, value in form.fields.items()
        if all(each.labels.get(key) != value for each in own)
    ]
    return f"{', '.join(lacking)} not read" if lacking else ""


def kept(wanted: int) -> Judge:
    """All lines of the burst are in the store; those that are there twice are counted."""

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        if timeline.step("undo") is None:
            return Judgement(state=State.PENDING, reason="the burst is still being written")
        counted, different = _last(timeline, COUNTED), _last(timeline, DIFFERENT)
        if counted is None or different is None:
            return Judgement(state=unmet(timeline, over=over), reason="no line was counted")
        lost = wanted - different
        figures = (
            Figure(name="lines written", value=wanted, unit=""),
            Figure(name="lines lost", value=lost, unit="", target=0, bound="=="),
            Figure(name="lines stored twice", value=counted - different, unit=""),
        )
        if lost:
            reason = f"{lost:.0f} of {wanted} lines are not in the store"
            return Judgement(state=unmet(timeline, over=over), reason=reason, figures=figures)
        reason = f"all {wanted} lines are in the store, {counted - different:.0f} of them twice"
        return Judgement(state=State.MET, reason=reason, figures=figures)

    return judge


def audited(wanted: int) -> Judge:
    """All audit lines that were written are in the store of the audit, and nothing else is."""

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        if timeline.step("inject") is None:
            return _nothing()
        own = [each for each in timeline.of(kind="line") if each.source == AUDITED]
        right = {each.text for each in own if _of_audit(each.text)}
        others = [each.text for each in own if not _of_audit(each.text)]
        figures = (
            Figure(name="audit lines found", value=len(right), unit="", target=wanted, bound="=="),
            Figure(name="other lines there", value=len(others), unit="", target=0, bound="=="),
        )
        if others:
            reason = f"a line that is no audit line is there: {others[0][:80]}"
            return Judgement(state=State.BROKEN, reason=reason, figures=figures)
        if len(right) < wanted:
            reason = f"{wanted - len(right)} of {wanted} audit lines are not in their store"
            return Judgement(state=unmet(timeline, over=over), reason=reason, figures=figures)
        reason = f"all {wanted} audit lines are in their store, and no others"
        return Judgement(state=State.MET, reason=reason, figures=figures)

    return judge


def refused(paths: Collection[str]) -> Judge:
    """A request to one of `paths` that a service refused is in the store of the audit."""

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        if timeline.step("inject") is None:
            return Judgement(state=State.PENDING, reason="nothing was asked for yet")
        own = [
            each
            for each in timeline.of(kind="line")
            if each.source == AUDITED and each.labels.get("path") in paths
        ]
        figure = Figure(name="refusals found", value=len(own), unit="", target=1, bound=">=")
        if not own:
            reason = "no request that was refused is in the store of the audit"
            return Judgement(state=unmet(timeline, over=over), reason=reason, figures=(figure,))
        told = own[0].labels
        reason = f"{told.get('service', '')} refused {told['path']} with {told.get('status', '')}"
        return Judgement(state=State.MET, reason=f"{reason}: it is there", figures=(figure,))

    return judge


def _of_audit(text: str) -> bool:
    return lines.AUDIT in text or f"/{lines.MARK}-audit" in text


def _rows(timeline: Timeline, begins: str) -> tuple[Observation, ...]:
    return tuple(each for each in timeline.of(kind="line") if begins in each.text)


def _last(timeline: Timeline, subject: str) -> float | None:
    values = [each.value for each in timeline.of(kind="sample") if each.subject == subject]
    return values[-1] if values else None


def _names(replicas: Iterable[tuple[str, int]]) -> str:
    named = [f"{name} (replica {number})" for name, number in replicas]
    more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
    return f"{', '.join(named[:NAMED])}{more}"


def _nothing() -> Judgement:
    return Judgement(state=State.PENDING, reason="nothing was written yet")


def unmet(timeline: Timeline, *, over: bool) -> State:
    """What is not seen is not there, unless the store itself could not be asked."""
    if not over:
        return State.PENDING
    refused = [each.at for each in timeline.of(kind="unreachable")]
    answers = [each.at for kind in ("line", "sample") for each in timeline.of(kind=kind)]
    blind = bool(refused) and max(refused) > max(answers, default=0.0)
    return State.BLIND if blind else State.BROKEN
