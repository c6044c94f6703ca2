"""What evidence is tested with: a key of its own, and hand-made evidence."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from seatrial.evidence.keys import SigningKey, signing_key
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
