"""Evidence: the record of one expectation in one drill, as a frozen value.

Values only. How it is signed, kept, aged and shown is the work of `seatrial.evidence`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from seatrial.contract.scenario import Figure
from seatrial.contract.timeline import Observation


class Verdict(StrEnum):
    """What may be said of an expectation, an item or a requirement. Only `proven` is green."""

    PROVEN = "proven"
    FAILED = "failed"
    UNKNOWN = "unknown"  # could not be determined
    STALE = "stale"  # was proven, but what it rests on changed, or it expired
    EXCEPTED = "excepted"  # with reason, owner and end
    NOT_PROMISED = "not-promised"
    NOT_BUILT = "not-built"  # no capability covers it yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Where a drill ran: the environment's name, its runtime, and the facts of the machine.

    `memory` is in bytes, `os` and `kernel` as the machine names them, `seatrial` is the version
    that ran the drill. `root` tells whether it ran as root.
    """

    name: str
    runtime: str
    os: str = ""
    kernel: str = ""
    cpus: int = 0
    memory: int = 0
    root: bool = False
    seatrial: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """A raw file of a drill. `sha256` is in hex, `size` in bytes."""

    name: str
    sha256: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlResult:
    """What became of an expectation once its defect was planted.

    `red` is True when the expectation was not met then, as it must be; False when it was met all
    the same; None when it could not be determined. `at` is in seconds since the epoch. It
    was made together with its evidence, and rests on the same.
    """

    defect: str
    red: bool | None
    reason: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunApart(ControlResult):
    """A control with a run of its own: `subjects` and `engines` as they were then.

    A type of its own, so that evidence without one reads back to the very bytes that were signed.
    """

    subjects: Mapping[str, str] = field(hash=False)
    engines: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one drill says of one expectation, and everything that this rests on.

    `subjects` maps what it depends on (`file:services.api`, `engine:prometheus`,
    `scenario:service-down-api`) to SHA-256 in hex; `engines` maps engines to versions.
    `started`, `finished` and `expires` are in seconds since the epoch. `seeded` is a sentence on
    history that was put there beforehand, or empty.
    """

    id: str
    expectation: str
    scenario: str
    requirements: tuple[str, ...]
    summary: str
    verdict: Verdict
    reason: str
    environment: Environment
    subjects: Mapping[str, str] = field(hash=False)
    started: float
    finished: float
    expires: float
    figures: tuple[Figure, ...] = ()
    timeline: tuple[Observation, ...] = ()
    engines: Mapping[str, str] = field(default_factory=dict, hash=False)
    artefacts: tuple[Artefact, ...] = ()
    seeded: str = ""
    control: RunApart | ControlResult | None = None


LASTS = 30 * 86400.0  # seconds that a proof, or a control, is worth at most; then it is shown anew
CONTROL_FILE = "control.json"  # the raw file of a control, among its evidence's artefacts
CANNOT_FAIL = "the proof cannot fail"


def judged(evidence: Evidence) -> tuple[Verdict, str]:
    """The verdict and its reason, once figures and control had their say.

    An expectation that stayed green with its defect planted proves nothing: it is failed. One
    that calls itself proven while a figure misses its target is failed too.
    """
    if evidence.control is not None and evidence.control.red is False:
        return Verdict.FAILED, f"{CANNOT_FAIL}: it stayed green with {evidence.control.defect}"
    if evidence.verdict is Verdict.PROVEN:
        missed = [each.name for each in evidence.figures if not each.holds]
        if missed:
            return Verdict.FAILED, f"target missed: {', '.join(missed)}"
    return evidence.verdict, evidence.reason


def with_control(
    evidence: Evidence, control: ControlResult, *, id_: str, raw: Artefact | None = None
) -> Evidence:
    """The same evidence, under a new id, with what its control showed and its raw file."""
    kept = tuple(each for each in evidence.artefacts if each.name != CONTROL_FILE)
    added = (raw,) if raw is not None else ()
    return replace(evidence, id=id_, control=control, artefacts=(*kept, *added))


def without_control(evidence: Evidence) -> Evidence:
    """The same evidence, as if its control had not been run."""
    kept = tuple(each for each in evidence.artefacts if each.name != CONTROL_FILE)
    return replace(evidence, control=None, artefacts=kept)


def outdated(control: ControlResult, now: float) -> bool:
    """Whether a control was run too long before `now` (seconds since the epoch) to speak for it.

    One that stayed green shows that the proof cannot fail, and that does not grow milder with age.
    """
    return control.red is not False and now - control.at >= LASTS


def speaks_for(run: RunApart | Evidence, evidence: Evidence) -> bool:
    """Whether a control's run, or an earlier drill, rested on the same as this evidence."""
    same = dict(run.subjects) == dict(evidence.subjects)
    return same and dict(run.engines) == dict(evidence.engines)


def carried(earlier: Evidence | None, now: Evidence) -> Evidence:
    """New evidence with the earlier one's control, where nothing that it rests on has changed.

    A control is run apart from the drills and far less often; it speaks for every later drill
    on the same subjects, with the same engines, in the same environment, as long as a proof lasts.
    """
    if earlier is None or earlier.control is None or now.control is not None:
        return now
    # made together with its evidence, it rests on what that rests on
    base = earlier.control if isinstance(earlier.control, RunApart) else earlier
    same = (
        earlier.expectation == now.expectation
        and earlier.environment.name == now.environment.name
        and speaks_for(base, now)
        and not outdated(earlier.control, now.finished)
    )
    if not same:
        return now
    raw = next((each for each in earlier.artefacts if each.name == CONTROL_FILE), None)
    return with_control(now, earlier.control, id_=now.id, raw=raw)
