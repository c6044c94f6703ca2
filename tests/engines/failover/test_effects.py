"""The primary dies under workers and a queue: each run that was accepted takes effect, and once.

The reference system, its database failing over. Runs are asked for as a careful user does: with a
key, and again with the same one until they are accepted. A trigger of this test counts what took
effect, in the same transactions.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml
from live import Live, live

from seatrial.app.plan import plan
from seatrial.engines.postgres.sql import command

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("effects")]
_PACE, _PATIENCE = 0.1, 60.0  # seconds between two runs, and until each has taken effect
_LEFT_OUT = ("backup", "logs", "tracing", "detection", "continuity")
_COUNTED = (
    "CREATE TABLE effects (run uuid, at timestamptz DEFAULT now())",
    """CREATE FUNCTION counted() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN INSERT INTO effects (run) VALUES (NEW.id); RETURN NULL; END'""",
    """CREATE TRIGGER counted AFTER UPDATE ON runs FOR EACH ROW
    WHEN (NEW.state = 'done') EXECUTE FUNCTION counted()""",
)
_ONCE = "SELECT count(*) = count(DISTINCT run) FROM effects"


def _failing(file: Path) -> None:
    found = yaml.safe_load(file.read_text())
    for each in _LEFT_OUT:
        del found[each]
    database = found["stores"]["database"]
    del database["backup"]
    database["failover"] = {}
    found |= {"system": "effects", "promises": ["R01", "R03", "R21"]}
    file.write_text(yaml.safe_dump(found, sort_keys=False))


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with live("workflow-platform", tmp_path_factory.mktemp("effects"), _failing) as one:
        yield one


def _sql(one: Live, *statements: str) -> list[str]:
    words = (*command(*statements), "--tuples-only", "--no-align")
    done = one.runtime.execute("database-members", words, replica=_primary(one))
    assert done.status == 0, done.stderr
    return done.stdout.split()


def _primary(one: Live) -> int:
    answers = [
        one.runtime.request("GET", "database-members", "rest", "/primary", replica=each).status
        for each in (0, 1)
    ]
    return answers.index(200)


class _User(threading.Thread):
    """Asks for a run at an even pace; a key that was not accepted is asked for again."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.done = url, threading.Event()
        self.accepted: list[str] = []
        self.refused = 0

    def run(self) -> None:
        with httpx.Client(base_url=self.url, timeout=5) as client:
            for number in itertools.count():
                if self.done.is_set():
                    return
                self._accepted(client, f"run-{number}")
                time.sleep(_PACE)

    def _accepted(self, client: httpx.Client, key: str) -> None:
        headers = {"Idempotency-Key": key}
        while True:
            try:
                answer = client.post("/api/workflows", json={"name": key}, headers=headers)
                if answer.status_code == httpx.codes.ACCEPTED:
                    self.accepted.append(answer.json()["id"])
                    return
            except httpx.HTTPError:
                pass
            self.refused += 1
            time.sleep(_PACE)


def test_each_accepted_run_takes_effect_once(reference: Live) -> None:
    _sql(reference, *_COUNTED)
    file = reference.folder / "seatrial.yaml"
    gateway = plan(file, reference.runtime).placement.endpoint("gateway", "http")
    user = _User(f"http://{gateway}")
    user.start()
    try:
        found = reference.proven("primary-lost-database")
    finally:
        user.done.set()
        user.join()
    own = {name: each["verdict"] for name, each in found.items() if "primary-lost" in name}
    assert own == {
        f"{each}/primary-lost-database": "proven" for each in ("kept", "resumed", "single", "sound")
    }, found
    assert user.refused, "nobody noticed that the primary was gone"
    assert len(user.accepted) > 100
    wanted = ", ".join(f"'{each}'" for each in user.accepted)
    open_runs = f"SELECT workflow_id FROM runs WHERE workflow_id IN ({wanted}) AND state <> 'done'"  # noqa: S608 - ids of our own
    deadline = time.monotonic() + _PATIENCE
    while _sql(reference, open_runs) and time.monotonic() < deadline:
        time.sleep(1)
    counted = _sql(
        reference,
        "SELECT workflow_id || ':' || count(effects.run) FROM runs LEFT JOIN effects"  # noqa: S608 - ids of our own
        f" ON effects.run = runs.id WHERE workflow_id IN ({wanted}) GROUP BY workflow_id",
    )
    assert sorted(counted) == sorted(f"{each}:1" for each in user.accepted)
    assert _sql(reference, _ONCE) == ["t"]
