"""Whether what the file wants to start can be started here: told at its place in the file."""

from seatrial.app.plan import Plan
from seatrial.app.refused import Refused
from seatrial.contract.runtime import Desired, Runtime, RuntimeFailure
from seatrial.system.codes import CodeDoc
from seatrial.system.problem import Problem
from seatrial.system.suggest import Suggester

NO_PROGRAM = "ST1806"
_DOCKERFILE = "Dockerfile"
CODES = {
    NO_PROGRAM: CodeDoc(
        "a program that is not there",
        "The first word of `run` is no program of this machine. Programs are looked for in "
        "`.venv/bin` beside the file, among the engines and on PATH; one that is written with a "
        "folder, relative to the file.",
        "Correct the word, install the program, or make the folder's virtual environment.",
    ),
}


def startable(planned: Plan, runtime: Runtime, wanted: Desired) -> None:
    """Raise Refused with every command of the file that cannot be run here, else return.

    Raises RuntimeFailure for one that is not the file's.
    """
    found = runtime.lacking(wanted)
    services = planned.system.services
    problems = tuple(
        Problem(
            NO_PROGRAM,
            planned.system.place("services", each.workload, "run"),
            f"services.{each.workload}.run: {each.summary}",
            each.cure,
        )
        for each in found
        if each.workload in services
    )
    if problems:
        raise Refused(problems)
    for each in found:
        raise RuntimeFailure(f"{each.workload}: {each.summary}", each.cure)


def buildable(planned: Plan) -> None:
    """Raise Refused with every build folder of the file that holds no Dockerfile, else return."""
    problems = tuple(
        _unbuildable(planned, each.name, each.build)
        for each in planned.workloads
        if each.build and not each.attached and each.name in planned.system.services
        if not (planned.folder / each.build / _DOCKERFILE).is_file()
    )
    if problems:
        raise Refused(problems)


def _unbuildable(planned: Plan, name: str, build: str) -> Problem:
    folder = planned.folder / build
    there, cure = folder.is_dir(), f"write its {_DOCKERFILE}, or name the folder that has one"
    if not there and folder.parent.is_dir():
        beside = {each.name for each in folder.parent.iterdir() if each.is_dir()}
        cure = Suggester().cure(folder.name, beside, cure)
    lacks = f"the folder {build} has no {_DOCKERFILE}" if there else f"no folder {build} is there"
    place = planned.system.place("services", name, "build")
    return Problem("ST1003", place, f"services.{name}.build: {lacks}", cure)
