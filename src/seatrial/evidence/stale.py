"""What evidence is still worth today. Pure.

Evidence only ever loses by growing old: what failed or could not be determined stays so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from seatrial.contract.evidence import CONTROL_FILE, Evidence, Verdict, judged
from seatrial.contract.words import ago

FILE, ENGINE, RUNTIME = "file:", "engine:", "runtime:"
RELEASED = "seatrial:version"  # the subject that is the release of seatrial itself
SKEW = 300.0  # seconds by which the clock that made the evidence may be ahead of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """What holds now: digests of everything that evidence may rest on, versions of engines.

    `now` is in seconds since the epoch, `environment` the one that is asked about. `rests` names
    what each expectation rests on now, by the expectation's name: subjects, and `engine:NAME`.
    `lacking` says of subjects that cannot be had now why not. `lost` are the digests of raw files
    that are gone or damaged.
    """

    environment: str
    subjects: Mapping[str, str]
    engines: Mapping[str, str]
    now: float
    rests: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lacking: Mapping[str, str] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Aged:
    """A verdict as of today, and its reason."""

    verdict: Verdict
    reason: str


def aged(evidence: Evidence, today: Today) -> Aged:
    """What evidence says today. Only `proven` and `excepted` can become `stale`."""
    verdict, reason = judged(evidence)
    if verdict not in (Verdict.PROVEN, Verdict.EXCEPTED):
        return Aged(verdict=verdict, reason=reason)
    reasons = [
        *_elsewhere(evidence, today),
        *_changed(evidence, today),
        *_new(evidence, today),
        *_lost(evidence, today),
        *_time(evidence, today),
    ]
    if reasons:
        return Aged(verdict=Verdict.STALE, reason="; ".join(reasons))
    return Aged(verdict=verdict, reason=reason)


def _elsewhere(evidence: Evidence, today: Today) -> list[str]:
    made = evidence.environment.name
    if made == today.environment:
        return []
    return [f"made in environment {made}: that proves nothing in {today.environment}"]


def _changed(evidence: Evidence, today: Today) -> list[str]:
    found: list[str] = []
    moved: set[str] = set()
    for engine, version in sorted(evidence.engines.items()):
        present = today.engines.get(engine)
        if present != version:
            moved.add(f"{ENGINE}{engine}")
            arrow = f"{version} -> {present}" if present else "is no longer here"
            found.append(f"{engine} {arrow}")
    for subject, digest in sorted(evidence.subjects.items()):
        present = today.subjects.get(subject)
        if present == digest or subject in moved:
            continue
        if subject in today.lacking:
            found.append(f"{_spoken(subject)} is not pinned now: {today.lacking[subject]}")
        elif subject.startswith(RUNTIME):
            found.append(
                f"made on runtime {subject.removeprefix(RUNTIME)}, which is not the one here"
            )
        else:
            found.append(
                f"{_spoken(subject)} changed"
                if present
                else f"{_spoken(subject)} is no longer there"
            )
    asks = today.rests.get(evidence.expectation, frozenset({RELEASED}))
    if RELEASED in {*today.subjects} & asks and RELEASED not in evidence.subjects:
        found.append("made by an earlier seatrial, which did not say what else it rests on")
    return found


def _new(evidence: Evidence, today: Today) -> list[str]:
    """What the expectation rests on now, and the evidence does not name: it was not looked at."""
    named = {*evidence.subjects, *(f"{ENGINE}{each}" for each in evidence.engines)}
    wanted = today.rests.get(evidence.expectation, frozenset())
    # told already, in other words: another release, another runtime
    told = {RELEASED} | {
        each for each in wanted if each.startswith(RUNTIME) and _on(evidence.subjects)
    }
    return [f"it does not rest on {_spoken(each)} yet" for each in sorted(wanted - named - told)]


def _on(subjects: Iterable[str]) -> bool:
    """Whether they say on which runtime."""
    return any(each.startswith(RUNTIME) for each in subjects)


def _lost(evidence: Evidence, today: Today) -> list[str]:
    """Raw files that are gone; that of a control is no part of what was shown itself."""
    return [
        f"its raw file {each.name} is gone"
        for each in evidence.artefacts
        if each.name != CONTROL_FILE and each.sha256 in today.lost
    ]


def _spoken(subject: str) -> str:
    if subject.startswith(FILE):
        return subject.removeprefix(FILE)
    kind, _, name = subject.partition(":")
    return f"{kind} {name}" if name else kind


def _time(evidence: Evidence, today: Today) -> list[str]:
    if evidence.finished > today.now + SKEW:
        return ["it was made in the future: one of the clocks is wrong"]
    if today.now >= evidence.expires:
        return [f"expired {ago(today.now - evidence.expires)}"]
    return []
