"""From drills to signed evidence, and what evidence is worth today.

Evidence rests on digests of exactly those parts of the file that its expectation names, so that
changing one line makes stale only what depends on it.
"""

import hashlib
import json
import os
import platform
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path

import psutil

from seatrial.app.apply import engines_of
from seatrial.app.examine import Examined
from seatrial.app.files import FOLDER
from seatrial.app.pictures import NONE, Taken
from seatrial.app.plan import Plan
from seatrial.app.prove import Proven
from seatrial.app.rests import Ground
from seatrial.app.subjects import RELEASE, of_aspect, of_examination, of_exercise, subjects
from seatrial.contract.action import describe
from seatrial.contract.evidence import (
    CONTROL_FILE,
    LASTS,
    Artefact,
    ControlResult,
    Environment,
    Evidence,
    RunApart,
    Verdict,
    carried,
    speaks_for,
    with_control,
    without_control,
)
from seatrial.contract.examination import Examination
from seatrial.contract.exercise import Aspect, Exercise
from seatrial.contract.runtime import Runtime
from seatrial.contract.scenario import Expectation, State
from seatrial.drills.run import Outcome
from seatrial.evidence import dsse
from seatrial.evidence.keys import SigningKey, signing_key
from seatrial.evidence.stale import ENGINE, Today
from seatrial.evidence.statement import statement
from seatrial.evidence.store import Store

DRILL_FILE = "drill.json"
EXAMINED_FILE = "examination.json"
EXAMINED = "configuration"  # what examinations name as their scenario
_VERDICTS = {
    State.MET: Verdict.PROVEN,
    State.BROKEN: Verdict.FAILED,
    State.BLIND: Verdict.UNKNOWN,
    State.PENDING: Verdict.UNKNOWN,
}
_JSON, _PNG = "application/json", "image/png"
_TOLD = ("step", "page", "alert", "unreachable")


class Books:
    """The evidence of one system: its store, its key, its environment."""

    def __init__(self, planned: Plan, runtime: Runtime) -> None:
        """Open the store and the key, made at first use."""
        self._planned = planned
        self._versions = dict(runtime.versions(engines_of(planned)))
        folder = planned.folder / FOLDER / "evidence"
        self.store = Store.open(folder)
        self.key: SigningKey = signing_key(key_folder())
        self.environment = _environment(planned, runtime)
        self._ground = self._fresh()

    def keep(self, proven: Proven, taken: Taken = NONE) -> tuple[Evidence, ...]:
        """Sign and keep what a drill showed, and its pictures; the evidence as it was kept."""
        return tuple(self._one(proven, outcome, taken) for outcome in proven.drill.outcomes)

    def _one(self, proven: Proven, outcome: Outcome, taken: Taken) -> Evidence:
        known = self._known(outcome.expectation.name)
        raw = _raw(proven, outcome)
        made = self._evidence(proven, outcome, raw)
        if proven.control is None:
            made, shots = pictured(made, outcome.expectation.pictures, taken)
            made = carried(known, made)
            new = {DRILL_FILE: raw, **shots}
        else:
            # a drill of which nothing is left but its word is none
            whole = known if known is not None and not self._lost(known) else None
            made = controlled(whole, made, control_result(proven, outcome, made), raw)
            new = {CONTROL_FILE: raw}
        old = [each for each in made.artefacts if each.name not in new]
        found = {each.name: self.store.blobs.get(each.sha256) for each in old}
        self.store.append(dsse.sign(statement(made), self.key), found | new)
        return made

    def _known(self, name: str) -> Evidence | None:
        """The newest evidence of an expectation; without its control, where its file is lost."""
        kept = self.store.latest(self.environment.name, self.key.public).get(name)
        if kept is None:
            return None
        lost = CONTROL_FILE in self._lost(kept.evidence)
        return without_control(kept.evidence) if lost else kept.evidence

    def _lost(self, evidence: Evidence) -> tuple[str, ...]:
        """The names of its raw files that are gone, or are no longer what they were."""
        blobs = self.store.blobs
        return tuple(each.name for each in evidence.artefacts if blobs.wrong(each.sha256))

    def pin(self, expectations: Iterable[Expectation]) -> None:
        """Read the code that these rest on as it is now: what is edited later is other code."""
        for each in expectations:
            self._ground.lacking(each)

    def _fresh(self) -> Ground:
        return Ground(self._planned, root=self.environment.root)

    def _unpinned(self, expectation: Expectation) -> str:
        """Why the code that was proven is not known, in a clause, or empty."""
        lacking = dict(self._ground.lacking(expectation))
        if not lacking:
            lacking = self._ground.moved(self._fresh(), expectation)
        told = "; ".join(f"{name} ({reason})" for name, reason in sorted(lacking.items()))
        return f"code not pinned: {told}" if told else ""

    def _evidence(self, proven: Proven, outcome: Outcome, raw: bytes) -> Evidence:
        drill, expectation = proven.drill, outcome.expectation
        verdict, reason = _VERDICTS[outcome.judgement.state], outcome.judgement.reason
        unpinned = self._unpinned(expectation)
        if unpinned and verdict is Verdict.PROVEN:
            verdict, reason = Verdict.UNKNOWN, f"{unpinned}; it was seen that {reason}"
        return Evidence(
            id=uuid.uuid4().hex,
            expectation=expectation.name,
            scenario=expectation.scenario,
            requirements=expectation.requirements,
            summary=expectation.summary,
            verdict=verdict,
            reason=reason,
            environment=self.environment,
            subjects=subjects(self._ground, expectation, drill.scenario),
            started=drill.started,
            finished=drill.finished,
            expires=drill.finished + LASTS,
            figures=outcome.judgement.figures,
            timeline=tuple(each for each in drill.timeline.observations if each.kind in _TOLD),
            engines=self._known_engines(expectation.engines),
            artefacts=(_artefact(DRILL_FILE, raw),),
            seeded=proven.seeded,
        )

    def keep_examined(self, examined: Examined) -> Evidence:
        """Sign and keep what a program said of the files, and of the spoiled ones."""
        raw = examined.raw()
        made = Evidence(
            id=uuid.uuid4().hex,
            expectation=examined.examination.name,
            scenario=EXAMINED,
            requirements=examined.examination.requirements,
            summary=examined.examination.summary,
            verdict=Verdict.PROVEN if examined.passed else Verdict.FAILED,
            reason=examined.reason,
            environment=self.environment,
            subjects=of_examination(self._ground, examined.examination),
            started=examined.started,
            finished=examined.finished,
            expires=examined.finished + LASTS,
            engines=self._known_engines((examined.examination.engine,)),
            artefacts=(_artefact(EXAMINED_FILE, raw),),
            control=ControlResult(
                defect=examined.examination.defect,
                red=examined.red,
                reason=examined.objection,
                at=examined.finished,
            ),
        )
        self.store.append(dsse.sign(statement(made), self.key), {EXAMINED_FILE: raw})
        return made

    def rests(self, exercise: Exercise) -> dict[str, str]:
        """What a record of an exercise rests on."""
        return of_exercise(self._ground, exercise)

    def _known_engines(self, names: Iterable[str]) -> dict[str, str]:
        return {name: self._versions[name] for name in names if name in self._versions}

    def today(self, now: float) -> Today:
        """What holds now, for judging what evidence is still worth."""
        scenarios = self._planned.scenarios()
        by_name = {each.name: each for each in scenarios}
        found: dict[str, str] = {}
        rests: dict[str, frozenset[str]] = {}
        lacking: dict[str, str] = {}
        for expectation in self._planned.expectations(scenarios):
            own = subjects(self._ground, expectation, by_name[expectation.scenario])
            found |= own
            rests[expectation.name] = self._named(own, expectation.engines)
            why = self._ground.lacking(expectation)
            lacking |= {f"code:{name}": reason for name, reason in why.items()}
        for examination in self._planned.examinations():
            own = of_examination(self._ground, examination)
            found |= own
            rests[examination.name] = self._named(own, (examination.engine,))
        for exercise in self._planned.exercises():
            own = of_exercise(self._ground, exercise)
            found |= own
            rests |= {each.name: self._named(of_aspect(own, each), ()) for each in exercise.aspects}
        return Today(
            environment=self.environment.name,
            subjects=found,
            engines=self._versions,
            now=now,
            rests=rests,
            lacking=lacking,
            lost=frozenset(
                artefact.sha256
                for each in self.newest().values()
                for artefact in each.artefacts
                if self.store.blobs.wrong(artefact.sha256)
            ),
        )

    def _named(self, own: Iterable[str], engines: Iterable[str]) -> frozenset[str]:
        """What evidence of it must name, as `Today.rests` has it."""
        known = self._known_engines(engines)
        return frozenset((*own, *(f"{ENGINE}{name}" for name in known)))

    def newest(self) -> Mapping[str, Evidence]:
        """The newest evidence of each expectation, signed by our own key."""
        kept = self.store.latest(self.environment.name, self.key.public)
        return {name: each.evidence for name, each in kept.items()}


def key_folder() -> Path:
    """Where the signing key lives: the user's own, for all systems."""
    chosen = os.environ.get("SEATRIAL_KEYS")
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "seatrial" / "keys"


def control_result(proven: Proven, outcome: Outcome, made: Evidence) -> RunApart:
    """Whether the planted defect turned the expectation red; `made` is that run's evidence."""
    assert proven.control is not None  # noqa: S101 - only called for a control's drill
    judgement = outcome.judgement
    red = {State.BROKEN: True, State.MET: False}.get(judgement.state)
    return RunApart(
        defect=proven.control.control.defect,
        red=red,
        reason=judgement.reason,
        at=proven.drill.finished,
        subjects=made.subjects,
        engines=made.engines,
    )


def controlled(known: Evidence | None, made: Evidence, control: RunApart, raw: bytes) -> Evidence:
    """The known evidence with its control, where both rest on the same.

    After an edit the known evidence is of another system: then the expectation is unknown until
    its own drill has been run. `made` is the control's own run, `raw` its raw file.
    """
    base = known if known is not None and speaks_for(control, known) else _not_run(made)
    return with_control(base, control, id_=made.id, raw=_artefact(CONTROL_FILE, raw))


def pictured(
    made: Evidence, uids: tuple[str, ...], taken: Taken
) -> tuple[Evidence, dict[str, bytes]]:
    """The evidence with the pictures of its boards, and these by name; what lacks is told.

    A picture decides nothing: without one the verdict stays what was measured.
    """
    found = {f"{uid}.png": taken.pictures[uid] for uid in uids if uid in taken.pictures}
    artefacts = tuple(_artefact(name, raw, _PNG) for name, raw in found.items())
    lacks = bool(taken.lacking) and len(found) < len(uids)
    reason = f"{made.reason}; not pictured: {taken.lacking}" if lacks else made.reason
    return replace(made, reason=reason, artefacts=(*made.artefacts, *artefacts)), found


def _not_run(made: Evidence) -> Evidence:
    """A control without a drill: the expectation itself is still unknown.

    Figures, timeline and raw file of the control's run are none of a drill's.
    """
    return replace(
        made,
        verdict=Verdict.UNKNOWN,
        reason="its drill has not been run",
        figures=(),
        timeline=(),
        artefacts=(),
    )


def _raw(proven: Proven, outcome: Outcome) -> bytes:
    """Everything that was seen, as it was seen."""
    drill = proven.drill
    document = {
        "scenario": drill.scenario.name,
        "question": drill.scenario.question,
        "injections": [
            [describe(action) for action in each.actions] for each in drill.scenario.injections
        ],
        "expectation": outcome.expectation.name,
        "judgement": asdict(outcome.judgement),
        "aborted": drill.aborted,
        "started": drill.started,
        "finished": drill.finished,
        "waited": drill.waited,
        "timeline": [asdict(each) for each in drill.timeline.observations],
    }
    return json.dumps(document, indent=1, sort_keys=True).encode()


def _artefact(name: str, raw: bytes, media_type: str = _JSON) -> Artefact:
    return Artefact(
        name=name,
        sha256=hashlib.sha256(raw).hexdigest(),
        media_type=media_type,
        size=len(raw),
    )


def _environment(planned: Plan, runtime: Runtime) -> Environment:
    return Environment(
        name=planned.environment,
        runtime=runtime.name,
        os=_os_name(),
        kernel=platform.release(),
        cpus=os.cpu_count() or 0,
        memory=psutil.virtual_memory().total,
        root=os.geteuid() == 0,
        seatrial=RELEASE,
    )


def _os_name() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    except OSError:
        return platform.system()


def index(speaking: Iterable[Expectation | Examination | Aspect]) -> dict[str, tuple[str, ...]]:
    """Which expectations, examinations and records speak for each id of the catalogue."""
    found: dict[str, tuple[str, ...]] = {}
    for each in speaking:
        for item in each.requirements:
            found[item] = (*found.get(item, ()), each.name)
    return found
