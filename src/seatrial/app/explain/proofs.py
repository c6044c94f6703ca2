"""How things are proven in one system: from its plan to the proofs that cite them. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import zip_longest
from typing import Self

from seatrial.app.explain.answer import Means, Proof
from seatrial.app.files import rendered
from seatrial.app.plan import Plan
from seatrial.contract.examination import Examination
from seatrial.contract.exercise import Aspect, Exercise
from seatrial.contract.output import Origin
from seatrial.contract.scenario import Expectation, Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Proofs:
    """A plan with everything that it would prove, worked out once."""

    plan: Plan
    scenarios: tuple[Scenario, ...]
    expectations: tuple[Expectation, ...]
    examinations: tuple[Examination, ...]
    exercises: tuple[Exercise, ...] = ()

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """Those of a plan."""
        scenarios = plan.scenarios()
        return cls(
            plan=plan,
            scenarios=scenarios,
            expectations=plan.expectations(scenarios),
            examinations=plan.examinations(),
            exercises=plan.exercises(),
        )

    def citing(self, id_: str) -> tuple[Proof, ...]:
        """The proofs that cite a requirement, one of its items, a criterion or a kind of test."""

        def cites(requirements: tuple[str, ...]) -> bool:
            return any(each == id_ or each.startswith(f"{id_}.") for each in requirements)

        drills = self.drills(lambda each: cites(each.requirements))
        tests = self.tests(lambda each: cites(each.requirements))
        return drills + tests + self.records(lambda each: cites(each.requirements))

    def drills(self, wanted: Callable[[Expectation], bool]) -> tuple[Proof, ...]:
        """The expectations of that sort."""
        return tuple(_drill(each) for each in self.expectations if wanted(each))

    def tests(self, wanted: Callable[[Examination], bool]) -> tuple[Proof, ...]:
        """The examinations of that sort."""
        return tuple(_examination(each) for each in self.examinations if wanted(each))

    def records(self, wanted: Callable[[Aspect], bool]) -> tuple[Proof, ...]:
        """What the records of exercises are held to, of that sort."""
        return tuple(
            _record(exercise, each)
            for exercise in self.exercises
            for each in exercise.aspects
            if wanted(each)
        )

    def reads(self, proofs: Iterable[Proof]) -> tuple[str, ...]:
        """The dotted keys of the file that the evidence of these proofs rests on."""
        names = {each.name for each in proofs}
        found = {key for each in self.expectations if each.name in names for key in each.depends}
        return tuple(sorted(found))

    def writes(self, engines: Iterable[str]) -> tuple[str, ...]:
        """The files under `.seatrial/` that these engines are configured by.

        Not those of the user's stores: they are rendered for the stores' own sake.
        """
        wanted = set(engines)
        folders = tuple(
            f"rendered/{each.name}/"
            for each in self.plan.workloads
            if each.engine in wanted and each.origin is not Origin.STORE
        )
        return tuple(path for path in rendered(self.plan) if path.startswith(folders))


def _drill(each: Expectation) -> Proof:
    return Proof(
        name=each.name,
        means=Means.DRILL,
        summary=each.summary,
        scenario=each.scenario,
        requirements=each.requirements,
        control=each.control.defect,
        engines=each.engines,
    )


def _examination(each: Examination) -> Proof:
    return Proof(
        name=each.name,
        means=Means.EXAMINATION,
        summary=each.summary,
        scenario="",
        requirements=each.requirements,
        control=each.defect,
        engines=(each.engine,) if each.engine else (),
    )


def _record(exercise: Exercise, each: Aspect) -> Proof:
    return Proof(
        name=each.name,
        means=Means.RECORD,
        summary=each.summary,
        scenario=exercise.name,
        requirements=each.requirements,
        control=each.defect,
        engines=(),
    )


def touches(depends: Iterable[str], key: str) -> bool:
    """Whether evidence that rests on these keys rests on what stands at, above or below `key`."""
    return any(_meet(each.split("."), key.split(".")) for each in depends)


def _meet(one: list[str], other: list[str]) -> bool:
    return all(a == b or "*" in (a, b) or None in (a, b) for a, b in zip_longest(one, other))
