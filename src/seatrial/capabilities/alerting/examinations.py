"""What amtool must say of the routes: nothing has to run for it.

The rules that alerting declares are rendered, and examined, where Prometheus's files are.
"""

from collections.abc import Iterator
from dataclasses import replace

from seatrial.capabilities.alerting import routes
from seatrial.capabilities.alerting.render import configuration
from seatrial.contract.capability import Context
from seatrial.contract.declaration import Severity
from seatrial.contract.examination import Examination, Spoiled
from seatrial.engines.alertmanager import query

CONFIG = "alertmanager.yml"


def examinations(context: Context) -> tuple[Examination, ...]:
    """Every pair of team and severity is routed, and the whole is accepted."""
    return (*_routes(context), _valid(context))


def _routes(context: Context) -> Iterator[Examination]:
    text = configuration(context)
    files = {CONFIG: text, **routes.key_files(context)}
    for team in routes.recipients(context.system):
        for severity in Severity:
            receiver = routes.receiver_name(team, severity)
            lost = tuple(
                replace(each, receiver=routes.FALLBACK) if each.receiver == receiver else each
                for each in routes.routes(context.system, context.settings)
            )
            yield Examination(
                name=f"routes/{team}/{severity.value}",
                test="T1",
                requirements=("T1", "R03.2"),
                summary=f"a {severity.value} of {team} goes to {receiver} and nowhere else",
                engine="alertmanager",
                files=files,
                argv=query.route_test(
                    CONFIG, {"team": team, "severity": severity.value}, (receiver,)
                ),
                spoiled=(
                    Spoiled(
                        defect=f"the route of {receiver} leads elsewhere",
                        files={**files, CONFIG: configuration(context, routing=lost)},
                    ),
                ),
            )


def _valid(context: Context) -> Examination:
    text = configuration(context, clock=routes.Clock.DECLARED)
    files = {CONFIG: text, **routes.key_files(context)}
    return Examination(
        name="routes/configuration",
        test="T1",
        requirements=("T1", "R03.2"),
        summary="Alertmanager accepts its configuration, with the declared mute times",
        engine="alertmanager",
        files=files,
        argv=("amtool", "check-config", CONFIG),
        spoiled=(
            Spoiled(
                defect="a route names a receiver that is not there",
                files={**files, CONFIG: text.replace(f"name: {routes.FALLBACK}", "name: nobody")},
            ),
        ),
    )
