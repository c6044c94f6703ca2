"""Same file, same placement: the same bytes, whatever seed Python's hashes have."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REFERENCE = Path(__file__).parents[3] / "examples/workflow-platform/seatrial.yaml"
PROGRAM = """
import hashlib, sys
from pathlib import Path
from seatrial.app.plan import plan
from seatrial.drills.batch import batches
from seatrial.runtimes.local.runtime import LocalRuntime

file, environment = Path(sys.argv[1]), sys.argv[2]
planned = plan(file, LocalRuntime("workflow-platform", Path(sys.argv[3])), environment=environment)
digest = hashlib.sha256()

def add(*values):
    digest.update("\\0".join(map(str, values)).encode() + b"\\n")

for each in planned.workloads:
    add(each.name, each.argv, list(each.env.items()), each.after, each.secrets, each.why)
    for file in each.files:
        add(file.path, file.text, file.why, file.secret)
for each in planned.documents:
    add(each.path, each.text)
for batch in batches(planned.scenarios()):
    for each in batch:
        # a set has no order of its own to keep
        add(each.name, each.question, each.injections, sorted(each.radius), each.within)
for each in planned.expectations(planned.scenarios()):
    add(each.name, each.summary, each.depends, each.expects, each.control, each.requirements)
    add([(one.name, one.path) for one in each.watches])
for each in planned.examinations():
    add(each.name, each.argv, list(each.files.items()))
    add([list(one.files.items()) for one in each.spoiled])
add(planned.secrets, [str(each) for each in planned.problems])
print(digest.hexdigest(), len(planned.workloads), len(planned.documents))
"""


def _planned(file: Path, environment: str, home: Path, seed: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, str(file), environment, str(home)],
        env={**os.environ, "PYTHONHASHSEED": seed},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The reference system's plan under one seed."""
    return _planned(REFERENCE, "rehearsal", tmp_path_factory.mktemp("home"), "1")


def test_the_reference_system_is_planned_alike_under_any_hash_seed(
    rehearsed: str, tmp_path: Path
) -> None:
    digest, workloads, documents = rehearsed.split()
    assert len(digest) == 64
    assert int(workloads) > 10
    assert int(documents) > 5
    assert _planned(REFERENCE, "rehearsal", tmp_path, "4242") == rehearsed


def test_production_is_another_plan_and_alike_too(rehearsed: str, tmp_path: Path) -> None:
    first = _planned(REFERENCE, "production", tmp_path, "1")
    assert _planned(REFERENCE, "production", tmp_path, "77") == first
    assert first != rehearsed


def test_another_folder_changes_no_byte_of_the_texts(tmp_path: Path, shop: str) -> None:
    texts = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        file = folder / "seatrial.yaml"
        file.write_text(shop, encoding="utf-8")
        texts.append(_planned(file, "rehearsal", folder, "0"))
    assert texts[0] == texts[1]
