"""A primary that alone does not reach etcd: what its members say, and that it was so. Pure."""

from dataclasses import replace

from seatrial.capabilities.failover import place
from seatrial.capabilities.failover.place import Site
from seatrial.capabilities.failover.told import Told, judged, primaries, unsettled
from seatrial.contract.placement import Placement
from seatrial.contract.scenario import Figure, Judge, Judgement, State, Watch
from seatrial.contract.timeline import Observation, Timeline
from seatrial.engines.patroni import config, rest

HEARD = "heard"  # the kind of observation that tells how long ago a member reached etcd


def watches(placement: Placement, site: Site) -> tuple[Watch, ...]:
    """Each member, as it says itself when it last reached etcd."""
    return tuple(_watch(site.members, each.replica) for each in placement.of(site.members))


def _watch(members: str, replica: int) -> Watch:
    member = config.member(members, replica)
    name = f"etcd as {member} reaches it"

    def parse(now: float, body: bytes) -> tuple[Observation, ...]:
        silent = now - rest.heard(body)
        return (Observation(at=now, source=name, kind=HEARD, subject=member, value=silent),)

    return Watch(
        name=name,
        workload=members,
        replica=replica,
        port=place.REST,
        path=rest.MEMBER,
        parse=parse,
        every=2.0,
    )


def felt(store: str, judge: Judge, members: tuple[str, ...]) -> Judge:
    """What this judge says, where the primary alone did not reach etcd for longer than its lease.

    Else nothing is shown: who has its lease stays anyway, and without etcd none of the other
    `members` could follow it; one that says nothing may have been cut off, too.
    """

    def found(timeline: Timeline, now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        own = judge(timeline, now, over)

        def look(told: Told, began: float, over: bool) -> Judgement:  # noqa: FBT001 - as `Look`
            primary, _ = primaries(told, began)
            figures = _silences(timeline, primary, members, began)
            if not all(each.holds for each in figures):
                reason = "nobody saw that the primary alone did not reach etcd"
                return unsettled(over, State.BLIND, reason, (*own.figures, *figures))
            silent = f"{primary} alone did not reach etcd for {figures[0].value:.0f} s"
            return replace(own, reason=f"{own.reason}; {silent}", figures=(*own.figures, *figures))

        return judged(store, look)(timeline, now, over) if own.state is State.MET else own

    return found


def _silences(
    timeline: Timeline, primary: str, members: tuple[str, ...], began: float
) -> tuple[Figure, Figure]:
    """For how long the primary did not reach etcd, and for how long any other member.

    Who has said nothing since the lease ended has not been seen to reach it.
    """
    since = [each for each in timeline.of(kind=HEARD) if each.at > began]
    own = [each.value or 0.0 for each in since if each.subject == primary]
    lease = float(config.TTL)
    others: list[float] = []
    for name in members:
        said = [each for each in since if each.subject == name != primary]
        late = any(each.at > began + lease for each in said)
        if name != primary:
            others.append(max(each.value or 0.0 for each in said) if late else lease)
    return (
        Figure(
            name="primary without etcd",
            value=max(own, default=0.0),
            unit="s",
            target=lease,
            bound=">=",
        ),
        Figure(
            name="others without etcd",
            value=max(others, default=lease),
            unit="s",
            target=lease,
            bound="<",
        ),
    )
