"""Who notices that a failover would not be one: no standby, nobody who agrees, left to people, two.

Two primaries page, for each takes what the other will throw away. The others are tickets: the
system works on, and the next fault would be an outage.
"""

from dataclasses import replace
from functools import partial

from seatrial.capabilities.failover import place, policy
from seatrial.capabilities.failover.place import Site
from seatrial.contract.capability import Intent
from seatrial.contract.declaration import (
    AlertRule,
    RuleGroup,
    RuleTest,
    SeriesInput,
    Severity,
    Tier,
    about_itself,
)

_INTERVAL = 15.0  # of the samples, and of the rules
_SWITCH = 30.0  # seconds: samples of two members may be of before and after a failover
_rule = partial(about_itself, interval=_INTERVAL)


def group(intent: Intent, store: str, sites: tuple[Site, ...]) -> RuleGroup:
    """Every alert about the failover of one store; who takes writes is seen in a rehearsal only.

    What is of a region bears its label: rules are the same in each of them.
    """
    system = intent.system
    owner, standbys = system.stores[store].owner, policy.of(system, store).standbys
    home, *others = sites
    clusters = [
        alert
        for site in sites
        for alert in (
            # where three regions agree nobody goes on without them
            *((_undecided(site.members, owner, store),) if site.electors == site.witnesses else ()),
            _by_hand(site.members, owner, store),
        )
    ]
    return RuleGroup(
        name=f"failover:{store}",
        interval=_INTERVAL,
        alerts=(
            _alone(home.members, owner, store, standbys),
            *(_behind(each.members, owner, store, standbys) for each in others),
            *clusters,
            *((_two(store, owner),) if intent.rehearsal else ()),
        ),
    )


def _test(series: str, values: str, fires_at: float, clear_at: float) -> RuleTest:
    placed = f'{series.removesuffix("}")},region="r"}}'
    return RuleTest(
        interval=_INTERVAL,
        inputs=(SeriesInput(series=placed, values=values),),
        fires_at=fires_at,
        clear_at=clear_at,
        labels={"region": "r"},
    )


def _alone(members: str, owner: str, store: str, standbys: int) -> AlertRule:
    follows = f'patroni_postgres_streaming{{job="{members}"}}'
    return _rule(
        "StandbyMissing",
        f"sum by (region) ({follows}) < {standbys}",
        (
            f"Fewer standbys follow the primary of {store} than should",
            "Where none does, nobody can take over. Its last lines say why.",
        ),
        owner,
        members,
        hold=60.0,
        test=_test(follows, f"{standbys}x4 0x20 {standbys}x60", 300, 900),
    )


def _behind(members: str, owner: str, store: str, standbys: int) -> AlertRule:
    """One of the copy follows the other region, the others follow that one.

    As `StandbyMissing` where the copy has become the primary.
    """
    follows = f'patroni_postgres_streaming{{job="{members}"}}'
    leads = f'patroni_primary{{job="{members}"}}'
    missing = f"sum by (region) ({follows}) + sum by (region) ({leads}) < {1 + standbys}"
    test = _test(follows, f"{1 + standbys}x4 0x20 {1 + standbys}x60", 300, 900)
    never = SeriesInput(series=f'{leads.removesuffix("}")},region="r"}}', values="0x100")
    return _rule(
        "CopyMissing",
        missing,
        (
            f"The copy of {store} in another region does not follow it",
            "If the region of the primary is lost now, what was written since is lost, too.",
        ),
        owner,
        members,
        hold=60.0,
        test=replace(test, inputs=(*test.inputs, never)),
    )


def _undecided(members: str, owner: str, store: str) -> AlertRule:
    active = f'patroni_failsafe_mode_is_active{{job="{members}"}}'
    return _rule(
        "WitnessesLost",
        f"max by (region) ({active}) == 1",
        (
            f"Nobody can agree on another primary of {store}",
            "It goes on as it is, and no standby may take over. Look at etcd.",
        ),
        owner,
        members,
        hold=60.0,
        test=_test(active, "0x4 1x20 0x60", 300, 900),
    )


def _by_hand(members: str, owner: str, store: str) -> AlertRule:
    paused = f'patroni_is_paused{{job="{members}"}}'
    return _rule(
        "FailoverPaused",
        f"max by (region) ({paused}) == 1",
        (
            f"The failover of {store} is left to people",
            "While its cluster is paused no standby takes over by itself.",
        ),
        owner,
        members,
        hold=300.0,
        test=_test(paused, "0x4 1x40 0x60", 600, 1200),
    )


def _two(store: str, owner: str) -> AlertRule:
    job = place.writers(store)
    takes = f'failover_takes_writes{{job="{job}"}}'
    return AlertRule(
        name="TwoPrimaries",
        expr=f"sum by (region) ({takes}) > 1",
        tier=Tier.OUTAGE,
        severity=Severity.PAGE,
        subject=store,
        owner=owner,
        summary=f"Two members of {store} take writes",
        description="What one of them takes will be thrown away. Stop the one that was not chosen.",
        hold=_SWITCH,
        interval=_INTERVAL,
        test=_test(takes, "1x8 2x20 1x60", 300, 900),
    )
