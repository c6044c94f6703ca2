"""The ladder of exercises: what each of them is, and what its record is held to. Pure."""

from seatrial.capabilities.continuity import aspects, cards, people
from seatrial.capabilities.continuity.scenarios import begin, end
from seatrial.capabilities.continuity.settings import Exercise as Written
from seatrial.capabilities.continuity.settings import Settings
from seatrial.contract.capability import Context
from seatrial.contract.checklist import CHECKLISTS, PLANS
from seatrial.contract.exercise import BROKEN_RUNGS, Exercise, Rung

_SUMMARIES = {
    Rung.CHECKLIST: "Is what the plans rest on still so?",
    Rung.TABLE_TOP: "What would each of us do if a part were gone?",
    Rung.DRILL: "Does what is lost come back, as fast and as whole as promised?",
    Rung.FULL: "Do people, words and machines get through a disaster together?",
}
_PAGES = {"plans": PLANS, "checklists": (CHECKLISTS,)}


def exercises(context: Context) -> tuple[Exercise, ...]:
    """Each that is declared; the least of a bad day first, then in the file's order."""
    settings: Settings = context.settings
    if not context.system.promised(people.REQUIREMENT):
        return ()
    found = [_exercise(context, settings, *each) for each in settings.exercises.items()]
    rungs = list(Rung)
    return tuple(sorted(found, key=lambda each: rungs.index(each.rung)))


def _exercise(context: Context, settings: Settings, name: str, written: Written) -> Exercise:
    rung = Rung(written.kind)
    breaks = rung in BROKEN_RUNGS
    informs = people.informed(settings, written) if breaks else ()
    system = context.system
    anybody = people.called(system, written) or people.called_alone(system, written)
    called = breaks and bool(anybody)
    follows = _follows(context, rung, written)
    return Exercise(
        name=name,
        rung=rung,
        summary=written.summary or _SUMMARIES[rung],
        every=written.every.seconds,
        takes_part=people.takes_part(context.system, written),
        informs=informs,
        cards=cards.names(context, rung, written),
        wanted=written.scenarios,
        begin=begin(name) if called or informs else "",
        end=end(name) if informs else "",
        regions=len(context.regions),
        aspects=aspects.of(name, rung, follows),
        depends=(
            f"continuity.exercises.{name}",
            *(f"continuity.audiences.{each}" for each in informs),
            *(("targets.rto", "targets.rpo") if breaks else ()),
        ),
        follows=follows,
    )


def _follows(context: Context, rung: Rung, written: Written) -> tuple[str, ...]:
    """The pages that it does line by line, where documents are promised."""
    if rung not in BROKEN_RUNGS or not context.system.promised(people.DOCUMENTS):
        return ()
    default = tuple(_PAGES) if rung is Rung.FULL else ()
    wanted = default if written.follows is None else written.follows
    return tuple(page for kind in _PAGES if kind in wanted for page in _PAGES[kind])
