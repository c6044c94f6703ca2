"""What holds alerts back, asked of the running Alertmanager.

What should be held back is taken from the system itself (what needs what, which journey crosses
what), not from the rules that are tried: a rule that was forgotten is missed here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from seatrial.capabilities.alerting import controls
from seatrial.capabilities.alerting.judges import held_back
from seatrial.capabilities.alerting.notification import post, status
from seatrial.capabilities.alerting.rules import redundancy
from seatrial.capabilities.alerting.steady import conditions
from seatrial.contract.capability import Context
from seatrial.contract.declaration import Tier
from seatrial.contract.scenario import Expectation, Injection, Scenario, settled
from seatrial.system import graph
from seatrial.system.model import System

NAME = "inhibition"
_ALERT = "InhibitionDrill"
_STRANGERS = 3  # that do not need the dead thing, beside one that the system does not know
# of one service: what explains what, by alert and tier
_SAME = (
    (("ServiceDown", Tier.OUTAGE), ("ServiceErrors", Tier.OUTAGE)),
    (("ServiceDown", Tier.OUTAGE), ("ProbeFailing", Tier.OUTAGE)),
    (("ServiceDown", Tier.OUTAGE), (redundancy.NAME, Tier.SATURATION)),
    (("ProbeFailing", Tier.OUTAGE), ("ServiceErrors", Tier.OUTAGE)),
    (("ProbeFailing", Tier.OUTAGE), (redundancy.NAME, Tier.SATURATION)),
    ((_ALERT, Tier.OUTAGE), (_ALERT, Tier.BURN)),
)
Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """Alerts of one cluster, which touch no others: of these some are held back by the source."""

    source: Labels
    held: tuple[Labels, ...]
    free: tuple[Labels, ...] = ()


def scenario(context: Context) -> Scenario:
    """For every dependency: an outage of the needed, and an alert of each that needs it."""
    return Scenario(
        name=NAME,
        question="Does every dependency hold back its dependents' alerts, and nothing else?",
        injections=(
            Injection(
                actions=tuple(
                    post(labels)
                    for case in _cases(context.system)
                    for labels in (case.source, *case.held, *case.free)
                )
            ),
        ),
        radius=frozenset({NAME}),
        within=60.0,
        steady=conditions(traffic=bool(context.system.journeys)),
    )


def expectation(context: Context, drill: Scenario) -> Expectation:
    """Every dependent's alert is suppressed by inhibition, every unrelated one is active."""
    cases = tuple(_cases(context.system))
    held = tuple(each for case in cases for each in case.held)
    judge = held_back(held, tuple(each for case in cases for each in (case.source, *case.free)))
    return Expectation(
        name="inhibited/dependents",
        scenario=drill.name,
        requirements=("R03.4",),
        summary="a dead thing holds back the alerts of what needs it, and nothing else",
        watches=(status(),),
        judge=judge,
        ripe=settled(judge),
        control=controls.no_inhibition(context),
        depends=("services", "stores", "journeys", "alerting"),
        engines=("alertmanager",),
    )


def _cases(system: System) -> Iterator[_Case]:
    everything = (*system.services, *system.stores, *system.journeys)
    below = graph.dependents(system)
    for name in (*system.services, *system.stores):
        held = below.get(name, frozenset()) | graph.journeys_through(system, name)
        if not held:
            continue
        strangers = [each for each in everything if each not in held and each != name]
        cluster = f"drill-inhibition-{name}"
        yield _Case(
            source=_labels(name, cluster, _ALERT, Tier.OUTAGE),
            held=tuple(_labels(each, cluster, _ALERT, Tier.BURN) for each in sorted(held)),
            free=tuple(
                _labels(each, cluster, _ALERT, Tier.BURN)
                for each in (*strangers[:_STRANGERS], "unrelated")
            ),
        )
    for number, (cause, symptom) in enumerate(_SAME):
        cluster = f"drill-inhibition-of-one-{number}"
        yield _Case(
            source=_labels("one", cluster, *cause), held=(_labels("one", cluster, *symptom),)
        )


def _labels(service: str, cluster: str, alert: str, tier: Tier) -> Labels:
    return {
        "alertname": alert,
        "cluster": cluster,
        "service": service,
        "severity": "info",
        "tier": tier.value,
    }
