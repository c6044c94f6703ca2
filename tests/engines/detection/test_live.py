"""Lines of an attack in a real VictoriaLogs become alerts in a real Alertmanager."""

from __future__ import annotations

import asyncio
import json
import random
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry

from seatrial.app import registry
from seatrial.capabilities.detection import CAPABILITY
from seatrial.capabilities.detection.watching import DETECTOR, group
from seatrial.contract.capability import Context, Intent
from seatrial.contract.declaration import Notifier
from seatrial.contract.output import File, Workload
from seatrial.contract.placeholder import resolve
from seatrial.contract.placement import Placement, Seat
from seatrial.daemons.detector import look
from seatrial.daemons.detector import plan as detector_plan
from seatrial.daemons.detector.correlate import Event
from seatrial.daemons.detector.watch import Watch
from seatrial.daemons.shared.asking import post
from seatrial.daemons.shared.log import Log
from seatrial.engines.alertmanager import workload as alertmanager
from seatrial.engines.victorialogs import workload as victorialogs
from seatrial.engines.vmalert import rules as vmalert_rules
from seatrial.engines.vmalert import workload as vmalert
from seatrial.runtimes.local.engines import Engines
from seatrial.runtimes.memory import MemoryRuntime
from seatrial.system.load import load

pytestmark = pytest.mark.engines
REFERENCE = Path(__file__).parents[3] / "examples/workflow-platform/seatrial.yaml"
SECTIONS = tuple(each.section for each in registry.capabilities())
HOST = "127.88.8.1"
DEAD = f"http://{HOST}:1"
DEADLINE_S = 120
GRANT = "2026-11-26 10:00:00.000 UTC [7] LOG:  statement: alter role app superuser"
CONFIG = "route: {receiver: none, group_wait: 0s}\nreceivers: [{name: none}]\n"


def context() -> Context:
    """The reference system with everything promised, on free ports."""
    system = load(REFERENCE, sections=SECTIONS).system
    assert system is not None
    system = system.model_copy(update={"promises": None})
    intent = Intent(system=system, settings=CAPABILITY.settings.model_validate({}))
    declared = CAPABILITY.declare(intent)
    seats = (
        *declared.seats,
        Seat(workload=victorialogs.NAME, ports=victorialogs.PORTS),
        Seat(workload=alertmanager.NAME, ports=alertmanager.PORTS),
    )
    told = Notifier(workload=alertmanager.NAME, port="http")
    return Context(
        system=system,
        settings=intent.settings,
        placement=_placed(seats),
        declarations=replace(declared, notifiers=(told,)),
    )


def _placed(seats: tuple[Seat, ...]) -> Placement:
    found = MemoryRuntime(clock=lambda: 0.0).place(seats, ())
    with ExitStack() as held:
        return replace(
            found,
            locations=tuple(
                replace(
                    each,
                    address=HOST,
                    region="eu",
                    ports={
                        name: held.enter_context(socket.create_server((HOST, 0))).getsockname()[1]
                        for name in each.ports
                    },
                )
                for each in found.locations
            ),
        )


class Live:
    """The engines and the detector, as their workloads say."""

    def __init__(self, folder: Path) -> None:
        self.context = context()
        self.folder = folder
        self.running: list[subprocess.Popen[bytes]] = []
        self.engines = Engines(None)

    def start(self) -> None:
        store = victorialogs.workload(retention="1d", size=2**30, memory=2**26, owner="")
        config = File(path="alertmanager.yml", text=CONFIG, why="")
        keeper = alertmanager.workload((config,), owner="", after=())
        watchers = CAPABILITY.render(self.context).workloads
        assert {each.name for each in watchers} == {vmalert.NAME, DETECTOR}
        for workload in (store, keeper, *watchers):
            self._run(workload)

    def _run(self, workload: Workload) -> None:
        folder = self.folder / workload.name
        location = self.context.placement.of(workload.name)[0]
        known = {"self.dir": str(folder), "self.address": HOST}
        known |= {f"self.ports.{name}": str(port) for name, port in location.ports.items()}
        for each in (*workload.files, *()):
            place = folder / each.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(resolve(each.text, known.get), encoding="utf-8")
        for volume in workload.volumes:
            (folder / volume.path).mkdir(parents=True)
        name, *rest = (resolve(each, known.get) for each in workload.argv)
        for option in ("--notifier", "-notifier.url"):  # the first of its pair is dead
            if (alive := f"{option}={self.url(alertmanager.NAME)}") in rest:
                rest.insert(rest.index(alive), f"{option}={DEAD}")
        program = (
            sys.executable if name == "python" else self.engines.program(workload.engine, name)
        )
        if program is None:
            pytest.fail(f"{workload.engine} is not installed: run `seatrial engines install`")
        with (self.folder / f"{workload.name}.log").open("wb") as log:
            process = subprocess.Popen([str(program), *rest], stdout=log, stderr=log)
        self.running.append(process)
        ready = workload.ready
        assert ready is not None
        url = f"http://{location.endpoint(ready.port)}{ready.path}"
        until(lambda: httpx.get(url, trust_env=False).is_success)

    def stop(self) -> None:
        for each in reversed(self.running):
            each.terminate()
        for each in self.running:
            each.wait(timeout=30)

    def url(self, workload: str) -> str:
        return f"http://{self.context.placement.endpoint(workload, 'http')}"

    def write(self, lines: list[Mapping[str, object]]) -> None:
        httpx.post(
            f"{self.url(victorialogs.NAME)}/insert/jsonline",
            params={"_stream_fields": "service,region", "_time_field": "ts"},
            content="\n".join(
                json.dumps({"_msg": "request", "region": "eu", **each}) for each in lines
            ),
            trust_env=False,
        ).raise_for_status()

    def alerts(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = httpx.get(
            f"{self.url(alertmanager.NAME)}/api/v2/alerts", trust_env=False
        ).json()
        return found

    def names(self) -> set[str]:
        return {each["labels"]["alertname"] for each in self.alerts()}


def until(ask: Any) -> Any:
    end = time.monotonic() + DEADLINE_S
    while time.monotonic() < end:
        try:
            if found := ask():
                return found
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    return pytest.fail("did not happen")


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    found = Live(tmp_path_factory.mktemp("live"))
    try:
        found.start()
        yield found
    finally:
        found.stop()


def ago(seconds: float) -> str:
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()


def request(
    client: str, status: int, path: str, before: float, **more: object
) -> dict[str, object]:
    return {
        "service": "gateway", "client": client, "status": status, "path": path, "ts": ago(before),
        **more,
    }  # fmt: skip


def test_lines_of_attacks_become_alerts_and_others_do_not(live: Live) -> None:
    benign = [request("9.0.0.1", 200, "/api/runs", n, bytes=900) for n in range(30)]
    benign += [request("9.0.0.1", 401, "/api/runs", 40 + n) for n in range(3)]
    # the same lines as an attack, in the other order: answered first, refused after
    reordered = [request("9.0.0.2", 200, "/api/runs", 40)]
    reordered += [request("9.0.0.2", 401, "/api/runs", 30 - n) for n in range(10)]
    statement = GRANT.replace("alter role app superuser", "CREATE TABLE a ()")
    live.write([*benign, *reordered, {"service": "database", "_msg": statement, "ts": ago(5)}])
    until(lambda: "LoginGuessing" in live.names())
    assert live.names() == {"LoginGuessing"}

    stuffing = [request("9.0.0.3", 401, "/api/runs", 30 - n) for n in range(10)]
    stuffing.append(request("9.0.0.3", 200, "/api/runs", 5))
    scan = [request("9.0.0.4", 404, f"/{n}", 20) for n in range(20)]
    quiet = statement.replace("CREATE TABLE a ()", "ALTER SYSTEM SET log_statement = 'none'")
    live.write(
        [
            *stuffing,
            *scan,
            request("9.0.0.5", 404, "/uploads/x.PHP", 2),
            request("9.0.0.6", 200, "/api/runs", 2, bytes=5_000_000),
            {"service": "database", "_msg": GRANT, "ts": ago(2)},
            {"service": "database", "_msg": quiet, "ts": ago(2)},
            {
                "service": "prometheus",
                "_msg": "Received SIGTERM, exiting gracefully...",
                "ts": ago(2),
            },
        ]
    )
    wanted = {
        "LoginGuessing", "CredentialStuffing", "Scanner", "WebShell", "MassExport",
        "PrivilegeChange", "LogTampering", "PrometheusStopped",
    }  # fmt: skip
    until(lambda: live.names() >= wanted)
    assert live.names() == wanted
    told = {each["labels"]["alertname"]: each for each in live.alerts()}
    assert told["CredentialStuffing"]["labels"]["by_c_ip"] == "9.0.0.3"
    assert told["PrivilegeChange"]["labels"] == {
        "alertname": "PrivilegeChange", "cluster": "workflow-platform", "region": "eu",
        "service": "database", "severity": "page", "team": "data", "tier": "security",
    }  # fmt: skip
    assert told["PrivilegeChange"]["annotations"]["runbook_url"].endswith("#privilegechange")


def test_the_figures_that_rules_watch_them_by_are_told(live: Live) -> None:
    """And the dead one of the pair shows in those of both."""
    told = {
        name: httpx.get(f"{live.url(name)}/metrics", trust_env=False).text
        for name in (vmalert.NAME, DETECTOR)
    }
    asked = [
        found
        for alert in group("ops").alerts
        for found in re.findall(r'(\w+)\{job="(\w+)"\}', alert.expr)
        if found[0] != "up"
    ]
    assert len(asked) == 5
    for figure, job in asked:
        assert re.search(rf"^{figure}(\{{.*\}})? ", told[job], re.MULTILINE), figure

    def total(figure: str, job: str) -> float:
        text = httpx.get(f"{live.url(job)}/metrics", trust_env=False).text
        lines = re.findall(rf"^{figure}(?:\{{.*\}})? (\S+)$", text, re.MULTILINE)
        return sum(map(float, lines))

    until(lambda: total("detector_refusals_total", DETECTOR) > 0)
    until(lambda: total("vmalert_alerts_send_errors_total", vmalert.NAME) > 0)
    assert total("detector_failures_total", DETECTOR) == 0
    assert time.time() - total("detector_last_look_timestamp_seconds", DETECTOR) < DEADLINE_S


def test_whom_alerts_call_is_told_as_a_figure(live: Live) -> None:
    live.write(
        [
            {"service": "database", "_msg": GRANT, "ts": ago(2)},
            *(request("9.0.0.7", 404, f"/{n}", 20) for n in range(20)),
        ]
    )

    def told(job: str, series: str) -> bool:
        text = httpx.get(f"{live.url(job)}/metrics", trust_env=False).text
        return any(re.fullmatch(series, each) for each in text.splitlines())

    def alert(name: str) -> Mapping[str, str]:
        labels = (each["labels"] for each in live.alerts() if each["labels"]["alertname"] == name)
        found: Mapping[str, str] = next(labels)
        return found

    until(lambda: live.names() >= {"PrivilegeChange", "Scanner"})
    group_of = vmalert_rules.FIRING + r'\{alertname="PrivilegeChange", group="page/data/database"'
    until(lambda: told(vmalert.NAME, group_of + r".*\} [1-9]\d*"))
    labels = alert("Scanner")
    own = {
        "alert": "Scanner",
        "owner": labels["team"],
        "severity": labels["severity"],
        "subject": labels["service"],
    }
    inner = ",".join(f'{name}="{value}"' for name, value in own.items())
    until(lambda: told(DETECTOR, rf"detector_alerts\{{{inner}\}} [1-9]\d*\.0"))


def test_lines_that_come_late_are_told_by_when_they_came(live: Live) -> None:
    """A collector that was away reads an attack when it is back, and gives each its own instant."""

    def stuffing(client: str, arrived: float) -> list[dict[str, object]]:
        refused = [request(client, 401, "/api/runs", 930 - n) for n in range(10)]
        both = [*refused, request(client, 200, "/api/runs", 905)]
        return [{**each, "arrived": str(int(arrived))} for each in both]

    stopped = {"_msg": "Received SIGTERM, exiting gracefully...", "ts": ago(3600)}
    live.write(
        [
            *stuffing("9.0.0.8", time.time()),
            *stuffing("9.0.0.9", time.time() - 900),  # these were told when they came
            {"service": "alertmanager", "arrived": str(int(time.time())), **stopped},
        ]
    )

    def told() -> set[str]:
        named = {"CredentialStuffing", "AlertmanagerStopped"}
        found = [each["labels"] for each in live.alerts()]
        return {
            each.get("by_c_ip", each["service"]) for each in found if each["alertname"] in named
        }

    until(lambda: told() >= {"9.0.0.8", "alertmanager"})
    assert "9.0.0.9" not in told()
    (alert,) = (
        each for each in live.alerts() if each["labels"]["alertname"] == "AlertmanagerStopped"
    )
    assert alert["labels"]["region"] == "eu"
    assert alert["startsAt"] < ago(3000)


def test_of_too_many_lines_the_newest_are_read(
    live: Live, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Asked of the store itself: which lines a limit leaves is its to say."""
    monkeypatch.setattr(look, "MOST", 50)
    lines = [{"service": "many", "n": str(n), "ts": ago(600 - n)} for n in range(500)]
    random.Random(4).shuffle(lines)  # noqa: S311 - an order, no secret
    live.write(lines)
    document = {
        "every": 5, "keep": 60, "queries": {"many": '{service="many"}'},
        "correlations": [
            {
                "name": "c", "type": "value_count", "parts": ["many"], "by": [], "value": "n",
                "fields": {"many": []}, "span": 900, "count": 2, "alert": None,
            },
        ],
        "singles": [],
    }  # fmt: skip
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(document))
    watch = Watch(
        detector_plan.load(plan),
        store=live.url(victorialogs.NAME),
        notifiers=(),
        post=post,
        clock=time.time,
        log=Log(daemon="detector", stream=sys.stderr, clock=time.time),
        registry=CollectorRegistry(),
    )

    async def lines_of(watch: Watch) -> Sequence[Event]:
        now = time.time()
        return await watch._lines("many", now, now - 960)

    def read() -> set[str]:
        return {each.fields["n"] for each in asyncio.run(lines_of(watch))}

    until(lambda: len(read()) in {49, 50})
    until(lambda: read() in ({str(n) for n in range(500 - many, 500)} for many in (49, 50)))
