"""What evidence is tested with: a key of its own, and hand-made evidence."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from seatrial.evidence import dsse
from seatrial.evidence.keys import SigningKey, signing_key
from seatrial.evidence.report.html import html_report
from seatrial.evidence.report.json import json_report
from seatrial.evidence.statement import statement
from seatrial.evidence.store import Store


def _loaded(path: Path) -> ModuleType:
    # tests are folders, not packages: what two of them share is loaded by its place
    spec = importlib.util.spec_from_file_location("evidence_samples", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def samples() -> ModuleType:
    return _loaded(Path(__file__).with_name("samples.py"))


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return signing_key(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return signing_key(tmp_path_factory.mktemp("stranger"))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "evidence")


@pytest.fixture(scope="session")
def trial(samples: ModuleType, key: SigningKey) -> Any:
    return samples.trial(key)


@pytest.fixture(scope="session")
def pem(key: SigningKey) -> bytes:
    return key.public.pem.encode()


@pytest.fixture(scope="session")
def report_json(trial: Any) -> bytes:
    return json_report(trial.report, trial.key)


@pytest.fixture(scope="session")
def page(trial: Any) -> bytes:
    return html_report(trial.report, trial.key)


@pytest.fixture(scope="session")
def small(samples: ModuleType, trial: Any, key: SigningKey) -> bytes:
    """A report with one piece of evidence, so that each of its bytes can be tried."""
    made = samples.evidence(timeline=(), requirements=("R03.1",))
    books = samples.Books(
        index={"R03.1": (made.expectation,)},
        evidence={made.expectation: made},
        today=samples.today(made),
    )
    report = samples.replace(
        trial.report,
        assessment=samples.assess(books),
        envelopes=(dsse.sign(statement(made), key),),
        actions=(),
    )
    return json_report(report, key)


@pytest.fixture
def folder(samples: ModuleType, trial: Any, tmp_path: Path) -> Path:
    samples.write(trial, tmp_path / "report")
    return tmp_path / "report"
