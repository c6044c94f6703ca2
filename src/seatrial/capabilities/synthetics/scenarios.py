"""The faults that prove whose word counts: nobody looks any more, or one region sees nothing."""

from seatrial.capabilities.synthetics import certificate, steps
from seatrial.capabilities.synthetics.parts import CERTIFICATE, FAULTY
from seatrial.contract.action import CutEdge, Kill
from seatrial.contract.capability import Context
from seatrial.contract.declaration import Check
from seatrial.contract.scenario import EVERYTHING, Ability, Injection, Scenario
from seatrial.engines.prometheus import votes
from seatrial.engines.prometheus.steady import condition
from seatrial.system.probing import REQUIREMENT, entries, probers

DEAD = "prober-dead"
CUT, PART = "region-cut-", "region-partly-cut-"
DEAD_WITHIN, CUT_WITHIN = 90.0, 240.0


def scenarios(context: Context) -> tuple[Scenario, ...]:
    """Those of a rehearsal; of regions where several look."""
    system = context.system
    if not context.rehearsal or not system.promised(REQUIREMENT) or not looks(context):
        return ()
    looking = probers(system)
    dead = Scenario(
        name=DEAD,
        question="When nobody looks at what users see any more, who says so?",
        injections=(Injection(actions=tuple(Kill(workload=each) for each in looking)),),
        radius=frozenset({EVERYTHING}),
        within=DEAD_WITHIN,
        steady=(
            condition(
                "probers", 'min(up{job="prober"})', lambda value: value == 1, "a prober is down"
            ),
        ),
    )
    return (dead, *_drills(context), *_regions(context))


def _drills(context: Context) -> tuple[Scenario, ...]:
    """Those for which a daemon stands ready."""
    return (
        *((certificate.scenario(),) if context.placement.has(CERTIFICATE) else ()),
        *(steps.scenario(context) if context.placement.has(FAULTY) else ()),
    )


def looks(context: Context) -> bool:
    """Whether there is a prober."""
    return bool(context.system.journeys or context.declarations.checks)


def ways(context: Context, prober: str) -> tuple[str, ...]:
    """What a prober reaches through an edge of its own, so that it can be cut off from it."""
    ends = (each.target for each in context.placement.edges if each.source == prober)
    return tuple(dict.fromkeys(ends))


def _regions(context: Context) -> tuple[Scenario, ...]:
    """The last region: cut off from all it looks at, and from where its journeys start alone.

    The first only where all of that goes by an edge: else it goes on seeing something.
    """
    looking = probers(context.system)
    prober, region = list(looking.items())[-1]
    reached = ways(context, prober)
    if len(looking) < 2 or not reached:  # noqa: PLR2004 - one has nobody to disagree with
        return ()
    starts = {
        workload
        for each in context.system.journeys.values()
        for workload in entries(context.system, each.start, context.regions).values()
    }
    found = []
    if all(map(_severed, context.declarations.checks)):
        found.append(_cut(f"{CUT}{region}", prober, reached, len(looking)))
    others = [each for each in context.declarations.checks if each.workload != CERTIFICATE]
    if starts and any(each.workload not in starts or not _severed(each) for each in others):
        part = tuple(each for each in reached if each in starts)
        found.append(_cut(f"{PART}{region}", prober, part, len(looking)))
    return tuple(found)


def _severed(check: Check) -> bool:
    """Whether a cut edge takes the answer away: the fault proxy itself takes connections, still."""
    speaks = check.kind in {"http", "tls", "grpc"} or "contains" in check.settings
    return bool(check.workload) and speaks


def _cut(name: str, prober: str, reached: tuple[str, ...], regions: int) -> Scenario:
    what = "everything" if name.startswith(CUT) else "where its users begin"
    sees = f"count({votes.BLIND} == 0) or vector(0)"
    return Scenario(
        name=name,
        question=f"When {prober} alone is cut off from {what}, is nobody paged?",
        injections=(
            Injection(actions=tuple(CutEdge(source=prober, target=each) for each in reached)),
        ),
        radius=frozenset({EVERYTHING}),
        within=CUT_WITHIN,
        steady=(condition("regions", sees, lambda value: value == regions, "a region is blind"),),
        needs=frozenset({Ability.FAULT_PROXY}),
    )
