"""Ownership: whether anybody answers for a part, and how they are reached."""

from collections.abc import Iterator

from seatrial.review.lines import seatrial, service
from seatrial.review.risk import Risk
from seatrial.review.rule import Rule, Seen, missing
from seatrial.review.subject import Source, Subject

_OWNERS = ("owner", "team", "maintainer", "image.authors", "contact", "managed-by-team")
_BOOKS = ("runbook",)
_PEOPLE = 2


def _labelled(subject: Subject, words: tuple[str, ...]) -> set[str]:
    """The containers that have a label of that sort."""
    return {
        each.name
        for each in subject.containers
        for label in each.labels
        if label.casefold().rpartition("/")[2].endswith(words)
    }


def _nobody(subject: Subject) -> Iterator[Seen]:
    running = [each.name for each in subject.running()]
    left = [name for name in running if name not in _labelled(subject, _OWNERS)]
    if left:
        yield missing(subject, f"nobody is named as owner of {_several(left)}", first=left[0])


def _several(names: list[str]) -> str:
    most = 3
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def _no_runbook(subject: Subject) -> Iterator[Seen]:
    if not _labelled(subject, _BOOKS):
        yield missing(subject, "no runbook is named: whoever is paged must find out everything")


def _alone(subject: Subject) -> Iterator[Seen]:
    if subject.system is None:
        return
    owners = {each.owner for each in subject.system.services.values()}
    owners |= {each.owner for each in subject.system.stores.values()}
    for name, team in subject.system.teams.items():
        if name in owners and len(team.members) < _PEOPLE:
            yield Seen(
                subject=name,
                place=subject.system.place("teams", name),
                summary=f"the team {name} has {len(team.members) or 'no'} "
                f"{'member' if len(team.members) == 1 else 'members'}: nobody stands in",
            )


def _unreachable(subject: Subject) -> Iterator[Seen]:
    if subject.system is None:
        return
    owners = {each.owner for each in subject.system.services.values()}
    owners |= {each.owner for each in subject.system.stores.values()}
    for name, team in subject.system.teams.items():
        if name in owners and team.pager is None and team.chat is None and team.email is None:
            yield Seen(
                subject=name,
                place=subject.system.place("teams", name),
                summary=f"alerts for the team {name} have nowhere to go",
            )


def _no_pager(subject: Subject) -> Iterator[Seen]:
    if subject.system is None:
        return
    owners = {each.owner for each in subject.system.services.values()}
    for name, team in subject.system.teams.items():
        reached = team.chat is not None or team.email is not None
        if name in owners and team.pager is None and reached:
            yield Seen(
                subject=name,
                place=subject.system.place("teams", name),
                summary=f"nothing wakes the team {name}: it has chat and mail, no pager",
            )


def _silent(subject: Subject) -> Iterator[Seen]:
    if subject.system is None:
        return
    for name, each in subject.system.services.items():
        if each.summary is None:
            yield Seen(
                subject=name,
                place=subject.system.place("services", name),
                summary=f"nothing says what {name} is for",
            )


_INIT = "`seatrial init --from` writes the rest of the file"
_OWNED = seatrial(
    lambda _, found: {
        "teams": {"platform": {"members": ["ada", "linus"], "chat": "#platform"}},
        "services": {found.facts["first"]: {"owner": "platform"}},
    },
    note=_INIT,
)
_BOOK = seatrial(
    {"promises": ["R03", "R16"]},
    note="seatrial renders a runbook for every alert; " + _INIT,
)
_TEAM = seatrial(lambda _, found: {"teams": {found.subject: {"members": ["ada", "linus"]}}})
_REACHED = seatrial(
    lambda _, found: {
        "teams": {
            found.subject: {
                "chat": f"#{found.subject}",
                "email": f"{found.subject}@acme.example",
                "pager": {"secret": "PAGER_KEY"},
            }
        }
    }
)

RULES = (
    Rule(
        id="A1201",
        title="nobody is named as owner",
        requirements=("R17.2", "R19.1"),
        risk=Risk.MEDIUM,
        because="At night nobody knows whom to call.",
        text="Neither Compose nor Kubernetes has a word for who answers for a service; a label "
        "that ends in "
        + ", ".join(_OWNERS)
        + " counts. seatrial.yaml requires an owner and is not meant.",
        looks=_nobody,
        cures={Source.COMPOSE: _OWNED, Source.KUBERNETES: _OWNED},
    ),
    Rule(
        id="A1202",
        title="a team of one",
        requirements=("R19.1",),
        risk=Risk.MEDIUM,
        because="A holiday or an illness, and no page is answered.",
        text="A team that owns something has fewer than two members, so that nothing can be "
        "escalated.",
        looks=_alone,
        cures={Source.SEATRIAL: _TEAM},
    ),
    Rule(
        id="A1203",
        title="a team that cannot be reached",
        requirements=("R03.2", "R03.3"),
        risk=Risk.HIGH,
        because="Its alerts fire, and nobody hears them.",
        text="A team that owns something has no chat, no e-mail and no pager.",
        looks=_unreachable,
        cures={Source.SEATRIAL: _REACHED},
    ),
    Rule(
        id="A1204",
        title="a team that nothing wakes",
        requirements=("R03.3", "R19.2"),
        risk=Risk.LOW,
        because="A message in a chat is read in the morning.",
        text="A team that owns a service has chat or e-mail, but no pager. Where nobody is meant "
        "to be woken, write an exception.",
        looks=_no_pager,
        cures={Source.SEATRIAL: _REACHED},
    ),
    Rule(
        id="A1205",
        title="no runbook",
        requirements=("R16.1", "R16.3"),
        risk=Risk.LOW,
        because="Each incident is solved from the beginning.",
        text="No label of a container names a runbook. seatrial renders one for each alert, so a "
        "seatrial.yaml is not meant.",
        looks=_no_runbook,
        cures={Source.COMPOSE: _BOOK, Source.KUBERNETES: _BOOK},
    ),
    Rule(
        id="A1206",
        title="a service without a purpose",
        requirements=("R17.2",),
        risk=Risk.LOW,
        because="The inventory and the runbooks cannot say what stops when it does.",
        text="A service of seatrial.yaml has no `summary`. A store's engine says what it is for.",
        looks=_silent,
        cures={Source.SEATRIAL: service({"summary": "What it does, in a sentence."})},
    ),
)
