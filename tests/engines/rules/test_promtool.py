"""The real promtool on what is rendered for the reference system."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml

from seatrial.app.plan import Plan
from seatrial.capabilities.detection.watching import FIRING

pytestmark = pytest.mark.engines
Run = Callable[..., subprocess.CompletedProcess[str]]


def test_prometheus_accepts_its_configuration_and_every_rule_file(
    rendered: Mapping[str, Path], run: Run
) -> None:
    folder = rendered["prometheus"]
    done = run("prometheus", folder, "promtool", "check", "config", "prometheus.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    named = len(list((folder / "rules").glob("*.yml")))
    assert f"SUCCESS: {named} rule files found" in done.stdout


def test_no_rule_is_written_twice(rendered: Mapping[str, Path], run: Run) -> None:
    files = sorted(f"rules/{each.name}" for each in (rendered["prometheus"] / "rules").iterdir())
    done = run(
        "prometheus",
        rendered["prometheus"],
        *("promtool", "check", "rules", "--lint=all", "--lint-fatal", *files),
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_fires_and_clears(rendered: Mapping[str, Path], run: Run) -> None:
    folder = rendered["prometheus"]
    files = sorted(f"tests/{each.name}" for each in (folder / "tests").iterdir())
    assert len(files) > 8
    done = run("prometheus", folder, "promtool", "test", "rules", *files)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("SUCCESS") == len(files)


def test_every_alert_of_what_others_run_fires_and_clears(outsider: Path, run: Run) -> None:
    """The rules for what the reference system lacks: RabbitMQ."""
    files = sorted(f"tests/{each.name}" for each in (outsider / "tests").iterdir())
    assert "tests/service-queue.yml" in files
    done = run("prometheus", outsider, "promtool", "test", "rules", *files)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("SUCCESS") == len(files)


def test_what_is_told_of_attacks_is_recorded_as_alerts_are(
    rendered: Mapping[str, Path], run: Run, tmp_path: Path
) -> None:
    """By whom it calls and about what, whatever the targets say of themselves."""
    of_target = 'region="eu",team="ops",service="{0}",job="{0}"'
    series = {
        "vmalert_alerts_firing{" + of_target.format("vmalert") + ',alertname="PrivilegeChange"'
        ',group="page/data/database"}': "0 2 0",
        "detector_alerts{" + of_target.format("detector") + ',alert="Scanner",severity="ticket"'
        ',owner="web",subject="gateway"}': "0 1 0",
    }
    recorded = {
        'alertname="PrivilegeChange",severity="page",team="data",service="database"': 2,
        'alertname="Scanner",severity="ticket",team="web",service="gateway"': 1,
    }
    document = {
        "rule_files": [str(rendered["prometheus"] / "rules/detection.yml")],
        "evaluation_interval": "15s",
        "tests": [
            {
                "interval": "1m",
                "input_series": [{"series": name, "values": each} for name, each in series.items()],
                "promql_expr_test": [
                    {"expr": FIRING, "eval_time": "30s", "exp_samples": []},
                    {
                        "expr": FIRING,
                        "eval_time": "90s",
                        "exp_samples": [
                            {"labels": f'{FIRING}{{region="eu",{labels}}}', "value": value}
                            for labels, value in recorded.items()
                        ],
                    },
                    {"expr": FIRING, "eval_time": "150s", "exp_samples": []},
                ],
            }
        ],
    }
    (tmp_path / "test.yml").write_text(yaml.safe_dump(document), encoding="utf-8")
    done = run("prometheus", tmp_path, "promtool", "test", "rules", "test.yml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_audit_lines_that_are_lost_are_told(rendered: Mapping[str, Path]) -> None:
    text = (rendered["prometheus"] / "tests/logs.yml").read_text(encoding="utf-8")
    assert "AuditLogsLost" in text  # the reference keeps them apart; the test above makes it fire


def test_a_rule_that_never_fires_fails_its_test(
    rendered: Mapping[str, Path], run: Run, tmp_path: Path
) -> None:
    """The control of the test above: promtool does object."""
    for name in ("rules", "tests"):
        (tmp_path / name).mkdir()
    source = rendered["prometheus"]
    document = yaml.safe_load((source / "rules/service-api.yml").read_text())
    for group in document["groups"]:
        for rule in group["rules"]:
            rule["expr"] = "vector(1) > 2"
    (tmp_path / "rules/service-api.yml").write_text(yaml.safe_dump(document))
    test = (source / "tests/service-api.yml").read_text()
    (tmp_path / "tests/service-api.yml").write_text(test)
    done = run("prometheus", tmp_path, *("promtool", "test", "rules", "tests/service-api.yml"))
    assert done.returncode != 0
    assert "FAILED" in done.stdout + done.stderr


def test_an_alert_that_always_fires_is_blamed_for_not_clearing_alone(
    reference: Plan, run: Run, tmp_path: Path
) -> None:
    examinations = [each for each in reference.examinations() if each.name.startswith("rules/")]
    for number, examination in enumerate(examinations):
        (spoiled,) = (each for each in examination.spoiled if "always" in each.defect)
        folder = tmp_path / str(number)
        for path, text in spoiled.files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        done = run("prometheus", folder, *examination.argv)
        told = done.stdout + done.stderr
        assert told.count("alertname:") == 1, (examination.name, told)
        assert "exp:[]" in told.replace(" ", "").replace("\n", ""), (examination.name, told)


def test_every_examination_passes_and_its_control_does_not(
    reference: Plan, run: Run, tmp_path: Path
) -> None:
    examinations = [each for each in reference.examinations() if each.engine == "prometheus"]
    assert len(examinations) > 30
    names = [each.name for each in examinations]
    assert len(names) == len(set(names))
    for number, examination in enumerate(examinations):
        copies = [(False, examination.files)]
        copies += [(True, each.files) for each in examination.spoiled]
        for copy, (spoiled, files) in enumerate(copies):
            folder = tmp_path / f"{number}-{copy}"
            for path, text in files.items():
                place = folder / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(text, encoding="utf-8")
            done = run("prometheus", folder, *examination.argv)
            assert (done.returncode != 0) == spoiled, (examination.name, done.stdout, done.stderr)
