import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from seatrial.app.files import rendered
from seatrial.app.plan import Plan, Refused
from seatrial.contract.output import Origin

Planner = Callable[..., Plan]
_PRINT = (
    "import hashlib, sys\n"
    "from pathlib import Path\n"
    "from seatrial.app.files import rendered\n"
    "from seatrial.app.plan import plan\n"
    "from seatrial.runtimes.local import placement\n"
    "class Places:\n"
    "    def place(self, seats, links): return placement.place(40, seats, links)\n"
    "made = plan(Path(sys.argv[1]), Places())\n"
    "scenarios = made.scenarios()\n"
    "everything = [rendered(made), made.workloads, made.placement, made.secrets,\n"
    "    [(e.name, e.question, e.injections) for e in scenarios],\n"
    "    [(e.name, e.depends, e.requirements) for e in made.expectations(scenarios)],\n"
    "    [(e.name, dict(e.files), e.argv) for e in made.examinations()]]\n"
    "print(hashlib.sha256(repr(everything).encode()).hexdigest())\n"
)


def test_the_same_file_gives_the_same_bytes_under_any_hash_seed(planned: Planner) -> None:
    folder = planned().folder
    said = {
        subprocess.run(
            [sys.executable, "-c", _PRINT, str(folder / "seatrial.yaml")],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("0", "UTC"), ("1", "Asia/Tokyo"), ("4242", "America/Lima"))
    }
    assert len(said) == 1


def test_planning_writes_nothing(planned: Planner) -> None:
    folder = planned().folder
    before = sorted(folder.rglob("*"))
    planned()
    assert sorted(folder.rglob("*")) == before


def test_no_secret_is_rendered(planned: Planner) -> None:
    made = planned()
    assert "database" in made.secrets
    secret = {file.path for each in made.workloads for file in each.files if file.secret}
    assert secret
    assert not any(path.split("/", 2)[-1] in secret for path in rendered(made))


def test_calls_of_a_rehearsal_go_through_edges_that_can_be_cut(planned: Planner) -> None:
    made = planned()
    worker = next(each for each in made.workloads if each.name == "worker")
    (edge,) = (e for e in made.placement.edges if (e.source, e.target) == ("worker", "cache"))
    assert f"redis://{edge.listen}/0" in worker.env["REDIS_URL"]
    assert str(edge.upstream) not in worker.env["REDIS_URL"]
    assert "fault-proxy" in worker.after


def test_every_workload_says_why_it_is_there(planned: Planner) -> None:
    made = planned()
    assert {each.origin for each in made.workloads} == set(Origin)
    assert [each.name for each in made.workloads if not each.why] == []
    assert [path for path, (_, why) in rendered(made).items() if not why] == []


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("promises: [R01", "promisses: [R01", "ST1301", "promisses"),
        ("alerting:\n", "alerting:\n  no-such-key: 1\n", "ST1301", "no-such-key"),
        ("gateway/http.conf", "gateway/gone.conf", "ST1003", ""),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(
    planned: Planner, old: str, new: str, code: str, line: str
) -> None:
    with pytest.raises(Refused) as refused:
        planned((old, new))
    (found,) = (each for each in refused.value.problems if each.code == code)
    assert found.place is not None
    assert found.cure
    text = Path(found.place.file).read_text().splitlines()[found.place.line - 1]
    assert line in text
