"""The report and the boards in a real browser: the one that takes pictures for evidence, too."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from seatrial.evidence.keys import signing_key
from seatrial.runtimes.shared import browser as shared

sys.path.insert(0, str(Path(__file__).parent))  # looks.py, beside the tests
SAMPLES = Path(__file__).parents[1] / "unit/evidence/samples.py"
HOW = "no Chromium to look at the report with: run `make browser`, or `apt-get install chromium`"
PATIENCE = 120.0  # seconds for one answer, before the browser counts as hung


class Browser(shared.Browser):
    """A tab that also tells what is on its page."""

    def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression on the page."""
        told = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def seen(self, method: str) -> list[dict[str, Any]]:
        """The events of one kind, after all of them have come."""
        self.ask("0")
        return [each["params"] for each in self.events if each.get("method") == method]


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    found = shared.found()
    if found is None:
        if os.geteuid() != 0:  # `make test` cannot install it then: said, and counted as skipped
            pytest.skip(f"unknown: {HOW}")
        pytest.fail(HOW, pytrace=False)  # not skipped: unseen is not good
    made = Browser(found, tmp_path_factory.mktemp("chromium"), patience=PATIENCE)
    yield made
    made.close()


@pytest.fixture(scope="session")
def samples() -> ModuleType:
    spec = importlib.util.spec_from_file_location("evidence_samples", SAMPLES)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def report(samples: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a trial that went as trials go."""
    folder = tmp_path_factory.mktemp("trial")
    samples.write(samples.trial(signing_key(folder / "keys")), folder / "report")
    return folder / "report" / "report.html"


@pytest.fixture(scope="session")
def long_report(samples: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with names that are far too long."""
    folder = tmp_path_factory.mktemp("long")
    samples.write(samples.long_trial(signing_key(folder / "keys")), folder / "report")
    return folder / "report" / "report.html"
