"""`seatrial assess`: from a path to its review, and the cures that can be written by themselves.

Reads files and nothing else: no engine, no process, no network, no folder of state.
"""

import datetime as dt
import difflib
import stat
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from seatrial.app import bring
from seatrial.app.files import write_text
from seatrial.app.refused import Refused
from seatrial.review.assess import Assessment, assess
from seatrial.review.cure import Edit
from seatrial.review.edit import Refusal, edited
from seatrial.review.exceptions import FILE, Exemption, of_system, read
from seatrial.review.rules import BY_ID
from seatrial.review.subject import Source, Subject
from seatrial.system.codes import CodeDoc
from seatrial.system.importers.sketch import Sketch
from seatrial.system.mask import MASK, shown_lines
from seatrial.system.parse import parse
from seatrial.system.problem import Problem, Severity
from seatrial.system.read import read_text

SYSTEM = "seatrial.yaml"
CODES: Mapping[str, CodeDoc] = {
    "ST0201": CodeDoc(
        "nothing to review",
        "The path holds no Compose file, no manifest of Kubernetes and no seatrial.yaml, or what "
        "it holds describes no service.",
        "Name a compose.yaml, a folder of manifests or a seatrial.yaml.",
    ),
    "ST0202": CodeDoc(
        "an exception of the review has another form",
        "`.seatrial-assess.yaml` holds one key, `exceptions`, a list; each exception has a rule, "
        "a subject, a reason, an owner and a last day.",
        "Write `{rule: A0102, subject: web, reason: why, owner: ada, until: 2026-12-31}`.",
    ),
    "ST0203": CodeDoc(
        "an exception of an unknown rule",
        "The exception names neither a rule of the review nor a requirement, so that it would "
        "except nothing.",
        "Write a rule's id as A0102 (`seatrial explain A0102`), or a requirement as R07 or R07.1.",
    ),
    "ST0204": CodeDoc(
        "an exception without a last day",
        "Each exception ends; its last day is written as year, month and day.",
        "Write `until: 2026-12-31`.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """What `--fix` would write to one file: the new text, and the difference as a unified diff."""

    file: str
    text: str
    diff: tuple[str, ...]
    made: tuple[Edit, ...]


def claims() -> Mapping[str, str]:
    """Each item that an installed capability claims, with the capability's name."""
    from seatrial.app import registry  # noqa: PLC0415 - loads every capability: only where shown

    return {
        id_: each.name for each in reversed(registry.capabilities()) for id_ in each.requirements
    }


def review(
    path: Path, today: dt.date, claimed: Mapping[str, str] | None = None
) -> tuple[Assessment, tuple[Problem, ...]]:
    """The review of a file or folder, and what was only noted while reading.

    `claimed` as `claims()` answers. Raises Refused where nothing can be read.
    """
    system = path / SYSTEM if path.is_dir() else path
    if system.name.endswith((".yaml", ".yml")) and _is_system(system):
        subject, exemptions, problems = _system(system, today)
    else:
        subject, problems = _foreign(path, today)
        beside = path if path.is_dir() else path.parent
        exemptions = exceptions(beside / FILE)
    if not subject.containers:
        raise Refused((*problems, _nothing(path)))
    return assess(subject, exemptions, claimed), problems


def _foreign(path: Path, today: dt.date) -> tuple[Subject, tuple[Problem, ...]]:
    """What others' files say, and which of them took no part. Raises Refused."""
    sketch, passed = bring.gathered(path)
    if sketch.source not in set(Source):  # the description of an API names no container
        raise Refused((*passed, _nothing(path)))
    folder = path if path.is_dir() else path.parent
    named = replace(sketch, name=sketch.name or folder.resolve().name)
    return Subject.of(named, today), (*passed, *_unread(sketch))


def _unread(sketch: Sketch) -> Iterator[Problem]:
    """What of the YAML itself was not read, as the first of a key that is written twice."""
    for entry in sketch.ledger:
        if entry.code:
            yield Problem(entry.code, entry.place, entry.summary, entry.cure, Severity.WARNING)


def _nothing(path: Path) -> Problem:
    cure = CODES["ST0201"].cure.rstrip(".")
    return Problem("ST0201", None, f"{path} describes no service", cure[0].lower() + cure[1:])


def _is_system(file: Path) -> bool:
    """Whether it is a seatrial.yaml under whatever name: it says its format's version."""
    if not file.is_file():
        return False
    if file.name == SYSTEM:
        return True
    text = read_text(file, str(file))
    return isinstance(text, str) and any(
        line.startswith("seatrial:") for line in text.splitlines()[:200]
    )


def _system(
    file: Path, today: dt.date
) -> tuple[Subject, tuple[Exemption, ...], tuple[Problem, ...]]:
    # Imported here: a stranger's Compose file is reviewed without loading our models.
    from seatrial.app import registry  # noqa: PLC0415
    from seatrial.review.described import described  # noqa: PLC0415
    from seatrial.system.load import load  # noqa: PLC0415

    loaded = load(file, registry.sections(), today=today)
    if loaded.system is None:
        raise Refused(loaded.problems)
    files = tuple(str(each) for each in loaded.files)
    return described(loaded.system, files, today), of_system(loaded.system), loaded.problems


def exceptions(file: Path) -> tuple[Exemption, ...]:
    """Those of a `.seatrial-assess.yaml`; none where there is no file. Raises Refused."""
    if not file.exists():
        return ()
    text = read_text(file, str(file))
    if isinstance(text, Problem):
        raise Refused((text,))
    root, problems = parse(text, str(file))
    if root is not None and not problems:
        found, problems = read(root, BY_ID)
        if not problems:
            return found
    if any(each.severity is Severity.ERROR for each in problems):
        raise Refused(tuple(problems))
    return ()


def patches(assessment: Assessment) -> tuple[tuple[Patch, ...], tuple[Refusal, ...]]:
    """What can be written mechanically, a patch a file, and why others cannot after all."""
    if assessment.subject.source is not Source.COMPOSE:
        return (), ()
    edits: dict[str, list[Edit]] = {}
    for each in assessment.counted:
        edit = each.finding.cure.edit
        if edit is not None and edit not in edits.setdefault(edit.file, []):
            edits[edit.file].append(edit)
    found: list[Patch] = []
    refused: list[Refusal] = []
    for file, wanted in sorted(edits.items()):
        patch, left = _patch(file, wanted)
        refused += left
        found += [] if patch is None else [patch]
    return tuple(found), tuple(refused)


def _patch(file: str, wanted: Collection[Edit]) -> tuple[Patch | None, tuple[Refusal, ...]]:
    try:
        # Line ends as they are: reading as text would make all of them one kind.
        text = Path(file).read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return None, tuple(Refusal(edit=each, reason="the file cannot be read") for each in wanted)
    after = edited(text, tuple(wanted))
    if not after.made:
        return None, after.refused
    diff = tuple(_diff(file, text, after.text))
    return Patch(file=file, text=after.text, diff=diff, made=after.made), after.refused


def _diff(file: str, before: str, after: str) -> Iterator[str]:
    """The unified difference; its lines are compared as written and shown without secrets.

    What a line may show depends on those above it, so each text is masked as a whole.
    """
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    was, becomes = _shown(before), _shown(after)
    yield from (f"--- {file}", f"+++ {file} (cured)")
    for group in difflib.SequenceMatcher(None, old, new).get_grouped_opcodes():
        (_, from_old, _, from_new, _), (_, _, to_old, _, to_new) = group[0], group[-1]
        yield f"@@ -{_span(from_old, to_old)} +{_span(from_new, to_new)} @@"
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from (f" {line}" for line in was[i1:i2])
            else:
                yield from (f"-{line}" for line in was[i1:i2])
                yield from (f"+{line}" for line in becomes[j1:j2])


def _shown(text: str) -> tuple[str, ...]:
    return tuple(MASK if each is None else each for each in shown_lines(text))


def _span(start: int, end: int) -> str:
    """Lines of a hunk in the form of diff: from 1, and an empty one begins before it."""
    length = end - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


def write(patch: Patch) -> None:
    """Write a patch atomically, with the file's own permissions; through a link, its target."""
    target = Path(patch.file).resolve()
    mode = stat.S_IMODE(target.stat().st_mode)
    write_text(target, patch.text)
    target.chmod(mode)
