"""What must not fire, and what must say which: the real promtool on the reference's rules."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.engines
Run = Callable[..., subprocess.CompletedProcess[str]]
AVAIL, SIZE = "node_filesystem_avail_bytes", "node_filesystem_size_bytes"
READONLY = "node_filesystem_readonly"
ONE = 'kind="host",region="eu",replica="0",instance="a"'
VAR, ARCHIVE = (f'{{{ONE},fstype="ext4",mountpoint="{each}"}}' for each in ("/var", "/archive"))


def fired(
    folder: Path, run: Run, file: str, series: Mapping[str, str], at: str, *, every: str = "60s"
) -> list[dict[str, Any]]:
    """The labels of the alerts that promtool says fire at that instant."""
    document = {
        "rule_files": [f"rules/{file}.yml"],
        "evaluation_interval": "15s",
        "tests": [
            {
                "interval": every,
                "input_series": [{"series": key, "values": each} for key, each in series.items()],
                "promql_expr_test": [
                    {
                        "expr": "count by (alertname, region, replica, instance, mountpoint) "
                        '(ALERTS{alertstate="firing",alertname!="Watchdog"})',
                        "eval_time": at,
                        "exp_samples": [],
                    }
                ],
            }
        ],
    }
    place = folder / "silent.yml"
    place.write_text(yaml.safe_dump(document), encoding="utf-8")
    done = run("prometheus", folder, "promtool", "test", "rules", place.name)
    return [] if done.returncode == 0 else _labels(done.stdout + done.stderr)


def _labels(told: str) -> list[dict[str, Any]]:
    """The samples in promtool's complaint: `got: {a="b"} 1 {...} 1`."""
    assert "got:" in told, told
    texts = told.split("got:")[1].replace("\n", " ").split("{")[1:]
    pairs = [each.partition("}")[0].split(", ") for each in texts]
    return [{key: value.strip('"') for key, _, value in (p.partition("=") for p in each)}
            for each in pairs]  # fmt: skip


@pytest.fixture
def folder(rendered: Mapping[str, Path], tmp_path: Path) -> Path:
    (tmp_path / "rules").symlink_to(rendered["prometheus"] / "rules")
    return tmp_path


def test_a_full_archive_and_another_disk_that_grows_are_not_one_disk_that_fills_up(
    folder: Path, run: Run
) -> None:
    two = {
        AVAIL + VAR: "95-0.5x80",
        SIZE + VAR: "100x80",
        AVAIL + ARCHIVE: "35x80",
        SIZE + ARCHIVE: "100x80",
    }
    assert fired(folder, run, "host", two, "45m") == []
    grows = {**two, AVAIL + VAR: "39-0.2x80"}
    assert fired(folder, run, "host", grows, "45m") == [
        {"alertname": "DiskFillsUp", "region": "eu", "replica": "0", "instance": "a",
         "mountpoint": "/var"}
    ]  # fmt: skip


@pytest.mark.parametrize(("kind", "readonly"), [("iso9660", "0"), ("ext4", "1")])
def test_a_medium_that_is_only_read_is_never_full(
    folder: Path, run: Run, kind: str, readonly: str
) -> None:
    tags = f'{{{ONE},fstype="{kind}",mountpoint="/media/config"}}'
    series = {AVAIL + tags: "0x80", SIZE + tags: "100x80", READONLY + tags: f"{readonly}x80"}
    assert fired(folder, run, "host", series, "20m") == []
    written = {key.replace(kind, "ext4"): each for key, each in series.items()}
    written[READONLY + tags.replace(kind, "ext4")] = "0x80"
    names = [each["alertname"] for each in fired(folder, run, "host", written, "20m")]
    assert names == ["DiskFull"]


def test_two_hosts_and_two_disks_are_told_apart(folder: Path, run: Run) -> None:
    other = VAR.replace('instance="a"', 'instance="b"')
    full = {AVAIL + each: "1x80" for each in (VAR, ARCHIVE, other)}
    size = {SIZE + each: "100x80" for each in (VAR, ARCHIVE, other)}
    memory = {
        f"node_memory_{name}_bytes{{{ONE}}}": value
        for name, value in (("MemAvailable", "1x80"), ("MemTotal", "100x80"))
    }
    found = fired(folder, run, "host", {**full, **size, **memory}, "20m")
    assert sorted(tuple(sorted(each.values())) for each in found) == sorted(
        tuple(sorted(each))
        for each in (
            ("DiskFull", "eu", "0", "a", "/var"),
            ("DiskFull", "eu", "0", "a", "/archive"),
            ("DiskFull", "eu", "0", "b", "/var"),
            ("MemoryLow", "eu", "0", "a"),
        )
    )


def test_one_of_two_replicas_that_is_dead_is_told(folder: Path, run: Run) -> None:
    labels = 'kind="{0}",service="api",region="eu",replica="{1}"'
    series = {
        f"{metric}{{{labels.format(kind, replica)}}}": f"{replica}x200"
        for metric, kind in (("up", "service"), ("probe_success", "probe"))
        for replica in ("0", "1")
    }
    told = {"alertname": "ReplicaDown", "region": "eu", "replica": "0"}
    assert fired(folder, run, "service-api", series, "4m", every="15s") == []
    assert fired(folder, run, "service-api", series, "6m", every="15s") == [told]
    moved = {key: each.replace("0x200", "0x10 1x200") for key, each in series.items()}
    assert fired(folder, run, "service-api", moved, "20m", every="15s") == []


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        ("0x240 1x62", set()),  # a single failed run of 300
        ("0x240 1 2 3x60", {"ErrorBudgetFewEvents"}),
        ("0x240 1 2 3 4 5 6x60", {"ErrorBudgetBurnFast", "ErrorBudgetBurn"}),
    ],
)
def test_a_few_failures_of_a_journey_with_few_runs_page_nobody(
    folder: Path, run: Run, bad: str, expected: set[str]
) -> None:
    (file,) = (each.stem for each in (folder / "rules").glob("slo-*.yml") if _runs(each))
    journey = 'journey="run-a-workflow",region="eu",outcome='
    series = {
        f'journey_requests_total{{{journey}"failed"}}': bad,
        f'journey_requests_total{{{journey}"ok"}}': "0+1x320",
    }
    names = {each["alertname"] for each in fired(folder, run, file, series, "245m")}
    assert names & {"ErrorBudgetBurnFast", "ErrorBudgetBurn", "ErrorBudgetFewEvents"} == expected


def test_an_incident_that_paged_and_is_over_is_no_ticket_about_few_events(
    folder: Path, run: Run
) -> None:
    (file,) = (each.stem for each in (folder / "rules").glob("slo-*.yml") if _runs(each))
    journey = 'journey="run-a-workflow",region="eu",outcome='
    series = {
        f'journey_requests_total{{{journey}"failed"}}': "0x240 0+60x3 180x200",
        f'journey_requests_total{{{journey}"ok"}}': "0+60x500",
    }
    during, after = (
        {
            each["alertname"]
            for each in fired(folder, run, file, series, at)
            if "Error" in each["alertname"]
        }
        for at in ("244m", "285m")
    )
    assert {"ErrorBudgetBurnFast", "ErrorBudgetBurn"} <= during
    assert not after & {"ErrorBudgetBurnFast", "ErrorBudgetBurn", "ErrorBudgetFewEvents"}


def _runs(file: Path) -> bool:
    return 'journey="run-a-workflow"' in file.read_text(encoding="utf-8")


def test_regions_are_not_added_up(folder: Path, run: Run) -> None:
    series = {}
    for region in ("eu", "us"):
        tags = f'{{service="database",region="{region}",replica="0"}}'
        series[f"pg_stat_database_numbackends{tags}"] = "60x80"
        series[f"pg_settings_max_connections{tags}"] = "100x80"
    assert fired(folder, run, "store-database", series, "20m") == []
    series[f"pg_stat_database_numbackends{tags}"] = "90x80"
    assert fired(folder, run, "store-database", series, "20m") == [
        {"alertname": "ConnectionsNearLimit", "region": "us", "replica": "0"}
    ]


@pytest.mark.parametrize(
    ("closed", "still"),
    [
        ({"browse": "0x80", "run-a-workflow": "0x80"}, True),
        # one of them should be walked
        ({"browse": "0x80", "run-a-workflow": "1x80"}, True),
        ({"browse": "1x80", "run-a-workflow": "1x80"}, False),
        # over for two minutes: the runs since then are not yet in what is looked back on
        ({"browse": "1x38 0x40", "run-a-workflow": "1x38 0x40"}, False),
    ],
)
def test_who_walks_nothing_because_that_was_announced_does_not_stand_still(
    folder: Path, run: Run, closed: Mapping[str, str], *, still: bool
) -> None:
    series = {
        'prober_ended_total{job="prober",region="eu"}': "7x80",
        **{
            f'journey_maintenance{{job="prober",region="eu",journey="{name}"}}': values
            for name, values in closed.items()
        },
    }
    found = fired(folder, run, "prober", series, "40m")
    assert (["ProberStill"] if still else []) == [each["alertname"] for each in found]
