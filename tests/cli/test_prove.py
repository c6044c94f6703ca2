"""What `prove` says and ends with, for drills that went as drills go."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from seatrial.app.trial import Ended
from seatrial.cli import prove_
from seatrial.contract.evidence import ControlResult, Environment, Evidence, Verdict

_GREEN = ControlResult(
    defect="the route leads elsewhere", red=False, reason="the page came all the same", at=90.0
)


def _evidence(verdict: Verdict, control: ControlResult | None = None) -> Evidence:
    return Evidence(
        id="1",
        expectation="page/service-down-api",
        scenario="service-down-api",
        requirements=("R03.1",),
        summary="the page arrives",
        verdict=verdict,
        reason="paged after 20 s",
        environment=Environment(name="rehearsal", runtime="local"),
        subjects={},
        started=100.0,
        finished=160.0,
        expires=1e10,
        control=control,
    )


@pytest.mark.parametrize(
    ("evidence", "code", "verdict"),
    [
        (_evidence(Verdict.PROVEN), 0, "proven"),
        (_evidence(Verdict.FAILED), 1, "failed"),
        (_evidence(Verdict.UNKNOWN), 3, "unknown"),
        # its control was run earlier and carried over: the proof is known to be unable to fail
        (_evidence(Verdict.PROVEN, _GREEN), 1, "failed"),
    ],
)
def test_the_verdict_is_the_one_of_the_report(
    monkeypatch: pytest.MonkeyPatch, evidence: Evidence, code: int, verdict: str
) -> None:
    plain: Any = SimpleNamespace(checked=(), rendered=())  # a plan without a warning

    def trial(_file: Path, *, done: Any, **_options: object) -> Ended:
        done(prove_.Proven(drill=None, seeded=""), (evidence,))  # type: ignore[arg-type]
        return Ended(planned=plain, overhead=0.0)

    monkeypatch.setattr(prove_, "trial", trial)
    done = CliRunner().invoke(prove_.command, ["--json"])
    assert done.exit_code == code, done.output
    assert json.loads(done.stdout)[0]["verdict"] == verdict
    assert f" {verdict} " in done.stderr
