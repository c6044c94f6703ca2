"""What is rendered, on disk under `.seatrial/`: for people and reviews, written atomically.

A manifest remembers the digest of each file as it was written, so that one edited by hand is told
from one that is merely old, and is never overwritten silently.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # who only writes a file need not load planning
    from seatrial.app.plan import Plan

FOLDER = ".seatrial"
MANIFEST = "manifest.json"


class FileChange(StrEnum):
    """What writing would do to one file."""

    CREATE = "create"
    UPDATE = "update"
    KEEP = "keep"
    REMOVE = "remove"
    EDITED = "edited"  # changed by hand since it was written: refused without consent


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlan:
    """One file: its path under `.seatrial/`, what would happen, why it exists, and its text.

    `workload` is what runs on it, empty for a document; `kept` the path of the copy of what a hand
    had written, where that was overwritten.
    """

    path: str
    change: FileChange
    why: str
    text: str
    workload: str = ""
    kept: str = ""


def rendered(plan: "Plan") -> Mapping[str, tuple[str, str]]:
    """Path under the folder to (text, why); secret files are left out.

    What a cluster is given holds the files of its workloads already.
    """
    found = {each.path: (each.text, each.why) for each in plan.objects}
    for workload in () if plan.objects else plan.workloads:
        for file in workload.files:
            if not file.secret:
                found[_path_of(workload.name, file.path)] = (file.text, file.why)
    for document in plan.documents:
        found[document.path] = (document.text, document.why)
    return dict(sorted(found.items()))


def _owners(plan: "Plan") -> Mapping[str, str]:
    """The workload of each rendered file that is one's."""
    return {
        _path_of(workload.name, file.path): workload.name
        for workload in plan.workloads
        for file in workload.files
    }


def _path_of(workload: str, path: str) -> str:
    return f"rendered/{workload}/{path}"


def folder_of(plan: "Plan") -> Path:
    """Where what is rendered goes: `.seatrial/`, for a cluster a folder of its environment."""
    own = plan.folder / FOLDER
    return own / plan.environment if plan.objects else own


def compare(plan: "Plan", into: Path | None = None) -> tuple[FilePlan, ...]:
    """What writing the plan would change, under the system's `.seatrial/` or another folder."""
    folder = into or folder_of(plan)
    owners = _owners(plan)
    known = _manifest(folder)
    wanted = rendered(plan)
    found: list[FilePlan] = []
    for path, (text, why) in wanted.items():
        there = _digest_of(folder / path)
        if there is None:
            change = FileChange.CREATE
        elif there == _digest(text):
            change = FileChange.KEEP
        elif there not in known.get(path, ()):
            change = FileChange.EDITED
        else:
            change = FileChange.UPDATE
        owner = owners.get(path, "")
        found.append(FilePlan(path=path, change=change, why=why, text=text, workload=owner))
    for path, digests in known.items():
        there = _digest_of(folder / path)
        if path not in wanted and there is not None:
            gone = FileChange.REMOVE if there in digests else FileChange.EDITED
            found.append(FilePlan(path=path, change=gone, why="no longer rendered", text=""))
    return tuple(found)


def write(
    plan: "Plan", into: Path | None = None, *, overwrite: bool = False
) -> tuple[FilePlan, ...]:
    """Write what differs; files edited by hand are left alone unless `overwrite`.

    Returns what was found. An edited file that is overwritten is kept beside it as `.edited`, or
    `.edited.2` where there is such a copy already: none is ever replaced.
    """
    folder = into or folder_of(plan)
    plans = compare(plan, into)
    wanted = rendered(plan)
    left = {each.path for each in plans if each.change is FileChange.EDITED and not overwrite}
    known = dict(_manifest(folder))
    after: dict[str, tuple[str, ...]] = {
        path: (_digest(text),) for path, (text, _) in wanted.items() if path not in left
    }
    after |= {path: known[path] for path in left if path in known}
    # before the first file, too: who is interrupted in between must know its own files again
    _note(folder, {path: (*known.get(path, ()), *after.get(path, ())) for path in known | after})
    done: list[FilePlan] = []
    for each in plans:
        path = folder / each.path
        if each.change is FileChange.KEEP or each.path in left:
            done.append(each)
            continue
        aside = _aside(path) if each.change is FileChange.EDITED else None
        done.append(replace(each, kept=str(aside.relative_to(folder)) if aside else ""))
        if each.path in wanted:
            write_text(path, each.text)
        else:
            path.unlink(missing_ok=True)
    _note(folder, after)
    if into is None:  # another folder is the user's own, to be kept with their code
        write_text(folder / ".gitignore", "*\n")
    return tuple(done)


def _aside(path: Path) -> Path:
    """Move a file to a name beside it that nothing has; where it is now."""
    first = f"{path.name}.edited"
    names = chain((first,), (f"{first}.{number}" for number in count(2)))
    free = next(each for each in map(path.with_name, names) if not os.path.lexists(each))
    return path.rename(free)


def _note(folder: Path, known: Mapping[str, tuple[str, ...]]) -> None:
    write_text(folder / MANIFEST, json.dumps(known, indent=1, sort_keys=True) + "\n")


def write_text(path: Path, content: str | bytes) -> None:
    """Write a file atomically: it is there whole, or as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:  # also Ctrl-C: a half-written file must not stay
        Path(name).unlink(missing_ok=True)
        raise


def _manifest(folder: Path) -> Mapping[str, tuple[str, ...]]:
    """The digests of each file as we wrote it, or were about to."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        path: tuple(each) if isinstance(each, list) else (each,) for path, each in found.items()
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _digest_of(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None
