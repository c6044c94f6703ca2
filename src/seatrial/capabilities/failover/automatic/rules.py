"""Who notices that a store would not be moved by itself, and that it was. Tickets.

That a region is lost pages elsewhere; what is told here is what nobody would miss until then.
"""

from functools import partial

from seatrial.capabilities.failover import place
from seatrial.capabilities.failover.place import Site
from seatrial.contract.declaration import (
    AlertRule,
    RuleGroup,
    RuleTest,
    SeriesInput,
    about_itself,
)

_INTERVAL = 15.0
_rule = partial(about_itself, interval=_INTERVAL)


def group(store: str, owner: str, sites: tuple[Site, ...]) -> RuleGroup:
    """All of them, of one store; the mover alone has these figures, in its own region."""
    return RuleGroup(
        name=f"failover-automatic:{store}",
        interval=_INTERVAL,
        alerts=(
            _silent(store, owner),
            _impossible(store, owner, sites),
            _moved(store, owner, sites),
        ),
    )


def _test(series: str, values: str) -> RuleTest:
    return RuleTest(
        interval=_INTERVAL,
        inputs=(SeriesInput(series=f'{series.removesuffix("}")},region="r"}}', values=values),),
        fires_at=300,
        clear_at=900,
        labels={"region": "r"},
    )


def _silent(store: str, owner: str) -> AlertRule:
    answers = f'failover_quorum_answers{{job="{place.mover(store)}"}}'
    return _rule(
        "QuorumMemberSilent",
        f"min by (region) ({answers}) == 0",
        (
            f"One of the three regions that agree where {store} is does not answer",
            "If another is lost now, nothing is moved by itself, and who takes writes stops.",
        ),
        owner,
        store,
        hold=60.0,
        test=_test(answers, "1x4 0x20 1x60"),
    )


def _impossible(store: str, owner: str, sites: tuple[Site, ...]) -> AlertRule:
    ready = f'failover_automatic_ready{{job="{place.mover(store)}"}}'
    home, other = sites
    return _rule(
        "AutomaticFailoverImpossible",
        f"min by (region) ({ready}) == 0",
        (
            f"{store} would not be moved to {other.region} if {home.region} were lost now",
            "The mover's /state says why. Until then people move it.",
        ),
        owner,
        store,
        hold=60.0,
        test=_test(ready, "1x4 0x20 1x60"),
    )


def _moved(store: str, owner: str, sites: tuple[Site, ...]) -> AlertRule:
    moved = f'failover_moved_by_itself{{job="{place.mover(store)}"}}'
    home, other = sites
    return _rule(
        "MovedByItself",
        f"max by (region) ({moved}) == 1",
        (
            f"{store} was moved to {other.region} by itself",
            f"Two of three regions missed {home.region}. People lead it home: the page says how.",
        ),
        owner,
        store,
        test=_test(moved, "0x4 1x20 0x60"),
    )
