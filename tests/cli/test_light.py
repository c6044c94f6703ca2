"""A command loads what it needs: each start is paid by whoever types it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# what takes long to load, and whom it is for: the engine's client, signatures, reports, boards ...
HEAVY = frozenset(
    {
        "aiohttp",
        "cryptography",
        "docker",
        "grafana_foundation_sdk",
        "httpx",
        "jinja2",
        "pyparsing",
        "sigma",
        "sqlalchemy",
        "starlette",
        "uvicorn",
    }
)
EVERY = HEAVY | {"psutil", "pydantic", "rich", "supervisor", "seatrial.capabilities"}
COMMANDS = {
    "--help": EVERY,
    "--version": EVERY,
    "completion bash": EVERY,
    "status": HEAVY | {"seatrial.capabilities"},
    "undo": HEAVY | {"seatrial.capabilities"},
    "check": HEAVY,
    "plan": HEAVY,
}
LOADED = """
import sys
from seatrial.cli.main import entry
try:
    entry(sys.argv[1:])
except SystemExit as ended:
    print(ended.code or 0, *sys.modules, file=sys.stderr)
else:
    print(0, *sys.modules, file=sys.stderr)
"""


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_loads_nothing_heavy_that_it_does_not_need(shop: Path, words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *words.split()],
        cwd=shop.parent, capture_output=True, text=True, check=True,
    )  # fmt: skip
    code, *loaded = done.stderr.splitlines()[-1].split()
    assert code in {"0", "1"}, done.stderr
    assert "seatrial.cli.main" in loaded
    assert not COMMANDS[words].intersection(loaded)
