"""The boards in the system's own Grafana: read back by its API, each as it was written."""

import json
from collections.abc import Mapping

from seatrial.capabilities.dashboards.judges import THROUGH, standing
from seatrial.capabilities.dashboards.render import documents, running
from seatrial.capabilities.dashboards.scenarios import STANDING
from seatrial.contract.action import AlterFile
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation, Judgement, State, Watch
from seatrial.contract.timeline import Timeline
from seatrial.engines.grafana import provisioning, query, workload
from seatrial.engines.prometheus import query as prometheus

NAME = "boards/grafana"
_EVERY = 5.0
_SETTLE = 15.0  # seconds: Grafana begins anew, and reads its boards
MISSING = "no Grafana runs: none could be had here by `seatrial up`; "
CURE = "run `seatrial engines install grafana`, or put one on PATH, then `seatrial up`"


def expectations(context: Context) -> tuple[Expectation, ...]:
    """One, that also says why nothing is known where no Grafana could be had."""
    wanted = {uid: query.essence(json.loads(text)) for uid, text in documents(context).items()}
    there = running(context)
    return (
        Expectation(
            name=NAME,
            scenario=STANDING,
            requirements=("R02.4",),
            summary="Grafana shows every board as it was written, and has figures for them",
            watches=_watches(wanted) if there else (),
            judge=standing(context.system.name, wanted) if there else _nowhere,
            ripe=lambda _: True,
            control=_changed(context, there=there),
            depends=("dashboards", "services", "stores", "journeys", "metrics"),
            engines=(workload.NAME,),
        ),
    )


def _watches(wanted: Mapping[str, str]) -> tuple[Watch, ...]:
    boards = tuple(
        Watch(
            name=f"grafana {uid}",
            workload=workload.NAME,
            port=query.PORT,
            path=query.board(uid),
            parse=query.read(uid),
            every=_EVERY,
        )
        for uid in wanted
    )
    figures = Watch(
        name=THROUGH,
        workload=workload.NAME,
        port=query.PORT,
        path=query.through(prometheus.instant('count(up{job="prometheus"})')),
        parse=prometheus.samples(THROUGH),
        every=_EVERY,
    )
    return (*boards, figures)


def _nowhere(_timeline: Timeline, _now: float, _over: bool) -> Judgement:  # noqa: FBT001 - Judge
    return Judgement(state=State.BLIND, reason=f"{MISSING}{CURE}")


def _changed(context: Context, *, there: bool) -> Control:
    """A board of Grafana's lacks its first panel."""
    board = context.declarations.boards[0]
    document = json.loads(documents(context)[board.uid])
    first = next(each for each in document["panels"] if each.get("type") != "row")
    document["panels"].remove(first)
    path = f"{workload.HOME}/{provisioning.BOARDS}/{board.uid}.json"
    text = json.dumps(document, indent=1, sort_keys=True) + "\n"
    action = AlterFile(workload=workload.NAME, path=path, text=text)
    return Control(
        defect=f"the board {board.title} lacks its panel {first['title']}",
        actions=(action,) if there else (),
        settle=_SETTLE,
    )
