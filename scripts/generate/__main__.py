"""`python -m scripts.generate [--check]`: write what is generated, or say what differs.

With `--check` nothing is written; the exit code is 1 when something differs.
"""

import argparse
import difflib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from scripts.generate import compose, coverage, example, keys, manifests, problems, rules

from seatrial.app.files import write_text

ROOT = Path(__file__).parents[2]


def everything() -> dict[str, str]:
    """Path from the root of the repository to text, of all that is generated."""
    planned = example.planned(ROOT)
    return {
        "docs/coverage.md": coverage.page(
            planned,
            joined=example.joined(ROOT),
            failing=example.failing(ROOT),
            alone=example.alone(ROOT),
            apart=example.apart(ROOT),
            both=example.both(ROOT),
            keeping=example.keeping(ROOT),
        ),
        "docs/reference/compose.md": compose.page(),
        "docs/reference/file.md": keys.page(),
        "docs/reference/problems.md": problems.page(),
        "docs/reference/rules.md": rules.page(),
        **example.files(planned),
        **manifests.files(ROOT),
    }


def leftovers(root: Path, wanted: Mapping[str, str]) -> Iterator[str]:
    """Files in the folders that are generated as a whole, which nothing writes any more."""
    for folder in (example.FOLDER, *manifests.SYSTEMS.values()):
        for path in sorted((root / folder).rglob("*")):
            name = path.relative_to(root).as_posix()
            if not path.is_dir() and name not in wanted:
                yield name


def differences(root: Path, wanted: Mapping[str, str]) -> Iterator[str]:
    """Lines of a unified diff from what is there to what should be."""
    for name in (*sorted(wanted), *leftovers(root, wanted)):
        path = root / name
        there = path.read_text(encoding="utf-8") if path.is_file() else ""
        text = wanted.get(name, "")
        if there == text and path.is_file():
            continue
        lines = (there.splitlines(keepends=True), text.splitlines(keepends=True))
        yield from difflib.unified_diff(*lines, f"{name} (there)", f"{name} (generated)")
        if not there and not text:
            yield f"{name}: {'empty' if path.is_file() else 'missing'}\n"


def write(root: Path, wanted: Mapping[str, str]) -> int:
    """Write what differs and remove what is no longer generated; the number of files changed."""
    changed = 0
    for name in list(leftovers(root, wanted)):
        (root / name).unlink()
        changed += 1
    for name, text in wanted.items():
        path = root / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        write_text(path, text)
        changed += 1
    return changed


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m scripts.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, show what differs")
    parser.add_argument("--into", type=Path, default=ROOT, help="another folder than this one")
    arguments = parser.parse_args()
    root: Path = arguments.into
    wanted = everything()
    if arguments.check:
        found = list(differences(root, wanted))
        sys.stdout.writelines(found)
        if found:
            sys.stdout.write("what is generated differs: run python -m scripts.generate\n")
        return 1 if found else 0
    changed = write(root, wanted)
    sys.stdout.write(f"{len(wanted)} files generated, {changed} changed\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
