"""What a `.dockerignore` leaves out."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.app.ignore import read_ignored


@pytest.mark.parametrize(
    ("patterns", "path", "left_out"),
    [
        ("tests", "tests", True),
        ("tests", "tests/a/b.py", True),
        ("tests", "lib/tests", False),
        ("/tests/", "tests/a", True),
        ("./tests", "tests/a", True),
        ("**/tests", "tests", True),
        ("**/tests", "lib/deep/tests/a", True),
        ("*.md", "README.md", True),
        ("*.md", "docs/README.md", False),
        ("**/*.md", "docs/a/README.md", True),
        ("docs/**", "docs/a", True),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("[ab].py", "a.py", True),
        ("[^ab].py", "a.py", False),
        ("[^ab].py", "c.py", True),
        ("[z-a]", "[z-a]", True),
        ("a.py", "axpy", False),
        (r"a\*", "a*", True),
        (r"a\*", "ab", False),
        ("# tests", "tests", False),
        ("\n\n", "tests", False),
        (".", "tests", False),
        ("*\n!api", "api/main.py", False),
        ("*\n!api", "worker/main.py", True),
        ("!api\n*", "api/main.py", True),
    ],
)
def test_the_last_pattern_that_matches_decides(
    tmp_path: Path, patterns: str, path: str, *, left_out: bool
) -> None:
    file = tmp_path / ".dockerignore"
    file.write_text(patterns)
    assert read_ignored(file).leaves_out(path) is left_out


def test_no_file_leaves_out_nothing(tmp_path: Path) -> None:
    assert not read_ignored(tmp_path / ".dockerignore").leaves_out("tests")
