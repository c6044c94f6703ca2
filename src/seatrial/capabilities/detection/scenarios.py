"""Attacks, replayed on the system: what they leave in the logs is written by its own products."""

from seatrial.capabilities.detection.declare import found, wanted
from seatrial.capabilities.detection.render import intent_of
from seatrial.contract.action import Request
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Injection, Scenario

ATTACK = "web-attack"
SCANNER, SHELL = "Scanner", "WebShell"
REPLAYED = (SCANNER, SHELL)
_PATHS = 25  # more than the rule wants: some may fail otherwise
_SHELL = "/uploads/seatrial-drill.php"
_WITHIN = 90.0


def scenarios(context: Context) -> tuple[Scenario, ...]:
    """A scan of the web server, and the look for a shell; none where nothing looks or answers."""
    if not context.rehearsal or not wanted(context.system, context.dialect, beside=context.beside):
        return ()
    known = found(intent_of(context))
    names = {*known.rules, *(each.name for each in known.correlations)}
    if not names.issuperset(REPLAYED):
        return ()
    target = known.rules[SHELL].subjects[0]
    port = next(iter(context.system.services[target].ports))
    paths = (*(f"/seatrial-drill-{number}" for number in range(_PATHS)), _SHELL)
    requests = tuple(
        Request(workload=target, port=port, method="GET", path=path, refused=True) for path in paths
    )
    return (
        Scenario(
            name=ATTACK,
            question="Is an attack on the web server told, and by the rules that should see it?",
            injections=(Injection(actions=requests),),
            radius=frozenset({target}),
            within=_WITHIN,
            quick=True,
        ),
    )
