"""The real amtool on what is rendered for the reference system."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml

from seatrial.app.plan import Plan
from seatrial.capabilities.alerting.render import configuration
from seatrial.capabilities.alerting.routes import Clock
from seatrial.contract.declaration import Severity
from seatrial.engines.alertmanager import query

pytestmark = pytest.mark.engines
Run = Callable[..., subprocess.CompletedProcess[str]]
CONFIG = "alertmanager.yml"


def test_alertmanager_accepts_its_configuration(rendered: Mapping[str, Path], run: Run) -> None:
    done = run("alertmanager", rendered["alertmanager"], "amtool", "check-config", CONFIG)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "inhibit rules" in done.stdout
    assert "receivers" in done.stdout


@pytest.mark.parametrize("clock", list(Clock))
def test_mute_times_are_accepted_with_any_hours(
    reference: Plan, run: Run, tmp_path: Path, clock: Clock
) -> None:
    text = configuration(reference.contexts["alerting"], clock=clock)
    assert yaml.safe_load(text)["time_intervals"]
    (tmp_path / CONFIG).write_text(text, encoding="utf-8")
    done = run("alertmanager", tmp_path, "amtool", "check-config", CONFIG)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_pair_of_team_and_severity_reaches_its_receiver_and_no_other(
    reference: Plan, rendered: Mapping[str, Path], run: Run
) -> None:
    receivers = [
        f"{team}-{severity.value}" for team in reference.system.teams for severity in Severity
    ]
    for team, severity in itertools.product(reference.system.teams, Severity):
        labels = {"alertname": "X", "team": team, "severity": severity.value, "service": "api"}
        for receiver in receivers:
            command = query.route_test(CONFIG, labels, (receiver,))
            done = run("alertmanager", rendered["alertmanager"], *command)
            right = receiver == f"{team}-{severity.value}"
            assert (done.returncode == 0) == right, (labels, receiver, done.stdout, done.stderr)


def test_every_alert_that_is_written_is_routed_to_its_owner(
    reference: Plan, rendered: Mapping[str, Path], run: Run
) -> None:
    asked: dict[tuple[str, ...], str] = {}
    for alert in reference.declarations.alerts:
        own = f"{alert.owner}-{alert.severity.value}"
        wanted = "watchdog" if alert.name == "Watchdog" else own
        asked[alert.name, alert.subject, alert.owner, alert.severity.value] = wanted
    for (name, subject, owner, severity), wanted in asked.items():
        labels = {"alertname": name, "service": subject, "team": owner, "severity": severity}
        command = query.route_test(CONFIG, labels, (wanted,))
        done = run("alertmanager", rendered["alertmanager"], *command)
        assert done.returncode == 0, (labels, done.stdout, done.stderr)


@pytest.mark.parametrize(
    "labels", [{"team": "ghosts", "severity": "page"}, {"team": "data"}, {"severity": "page"}]
)
def test_what_no_route_takes_goes_to_everybody(
    rendered: Mapping[str, Path], run: Run, labels: dict[str, str]
) -> None:
    command = query.route_test(CONFIG, {"alertname": "X", **labels}, ("unrouted",))
    done = run("alertmanager", rendered["alertmanager"], *command)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_examination_passes_and_its_control_does_not(
    reference: Plan, run: Run, tmp_path: Path
) -> None:
    examinations = [each for each in reference.examinations() if each.engine == "alertmanager"]
    assert len(examinations) == len(reference.system.teams) * len(Severity) + 1
    for number, examination in enumerate(examinations):
        copies = [(False, examination.files)]
        copies += [(True, each.files) for each in examination.spoiled]
        for copy, (spoiled, files) in enumerate(copies):
            folder = tmp_path / f"{number}-{copy}"
            for path, text in files.items():
                place = folder / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(text, encoding="utf-8")
            done = run("alertmanager", folder, *examination.argv)
            assert (done.returncode != 0) == spoiled, (examination.name, done.stdout, done.stderr)
