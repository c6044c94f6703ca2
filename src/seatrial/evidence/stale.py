"""What evidence is still worth today. Pure.

Evidence only ever loses by growing old: what failed or could not be determined stays so.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from seatrial.contract.evidence import Evidence, Verdict, judged
from seatrial.evidence.words import ago

FILE, ENGINE = "file:", "engine:"
RELEASED = "seatrial:version"  # the subject that is the release of seatrial itself
SKEW = 300.0  # seconds by which the clock that made the evidence may be ahead of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """What holds now: digests of everything that evidence may rest on, versions of engines.

    `now` is in seconds since the epoch, `environment` the one that is asked about.
    """

    environment: str
    subjects: Mapping[str, str]
    engines: Mapping[str, str]
    now: float


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
    reasons = [*_elsewhere(evidence, today), *_changed(evidence, today), *_time(evidence, today)]
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
        name = subject.removeprefix(FILE) if subject.startswith(FILE) else _spoken(subject)
        found.append(f"{name} changed" if present else f"{name} is no longer there")
    if RELEASED in today.subjects and RELEASED not in evidence.subjects:
        found.append("made by an earlier seatrial, which did not say what else it rests on")
    return found


def _spoken(subject: str) -> str:
    kind, _, name = subject.partition(":")
    return f"{kind} {name}" if name else kind


def _time(evidence: Evidence, today: Today) -> list[str]:
    if evidence.finished > today.now + SKEW:
        return ["it was made in the future: one of the clocks is wrong"]
    if today.now >= evidence.expires:
        return [f"expired {ago(today.now - evidence.expires)}"]
    return []
