"""What is generated is committed: documents, and the reference system as it is rendered."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
RENDERED = ROOT / "examples/workflow-platform/rendered"


def _generate(*words: str, seed: str = "0") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scripts.generate", *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        check=False,
        capture_output=True,
        text=True,
    )


def test_what_is_committed_is_what_is_generated_now() -> None:
    found = _generate("--check")
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


def test_another_hash_seed_generates_the_same() -> None:
    found = _generate("--check", seed="4242")
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


def test_a_difference_is_shown_and_mended(tmp_path: Path) -> None:
    assert _generate("--into", str(tmp_path)).returncode == 0
    rules = tmp_path / "examples/workflow-platform/rendered/prometheus/rules"
    edited, extra = rules / "host.yml", rules / "forgotten.yml"
    edited.write_text(edited.read_text().replace("for: ", "for: 1", 1))
    extra.write_text("groups: []\n")
    (tmp_path / "docs/coverage.md").unlink()

    found = _generate("--check", "--into", str(tmp_path))
    assert found.returncode == 1
    assert re.search(r"^--- .*host\.yml \(there\)$", found.stdout, re.MULTILINE)
    assert re.search(r"^-\s+for: 1", found.stdout, re.MULTILINE)
    assert "-groups: []" in found.stdout
    assert "+# Coverage" in found.stdout

    assert _generate("--into", str(tmp_path)).returncode == 0
    assert not extra.exists()
    assert _generate("--check", "--into", str(tmp_path)).stdout == ""


def test_the_example_holds_neither_a_folder_of_this_machine_nor_a_secret() -> None:
    texts = {each: each.read_text() for each in RENDERED.rglob("*") if each.is_file()}
    assert len(texts) > 50
    for path, text in texts.items():
        assert str(ROOT) not in text, path
        assert str(Path.home()) + "/" not in text, path
        assert not re.search(r"(?<![\w.}])/(var|tmp|home|root|etc/seatrial)/", text), path
        # Secrets are left in files of their own; only the sink's address is written out.
        assert not re.search(r"://[^/\s:@\"]+:[^@\s$]+@", text), path
        assert not re.search(
            r"(?im)^\s*(password|routing_key|api_url):\s*(?!http://127\.)\S", text
        ), path
