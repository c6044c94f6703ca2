"""Examinations: each program is asked about the files, and about each spoiled copy."""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from seatrial.contract.examination import Examination
from seatrial.contract.runtime import Executed, Runtime

_AT_ONCE = 4  # more than cores: much of a short program's life is waiting for the machine
_LINES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What the program said: `told` of the files as they are, `spoilt` of each spoiled copy."""

    examination: Examination
    told: Executed
    spoilt: tuple[Executed, ...]
    started: float
    finished: float

    @property
    def passed(self) -> bool:
        """Whether the program accepted the files."""
        return self.told.status == 0

    @property
    def red(self) -> bool:
        """Whether it objected to every spoiled copy."""
        return all(each.status != 0 for each in self.spoilt)

    @property
    def reason(self) -> str:
        """A sentence on the files as they are."""
        program = self.examination.judge
        if self.passed:
            return f"{program} accepts it"
        return f"{program}: {_last(self.told)}"

    @property
    def objection(self) -> str:
        """A sentence on the spoiled files, on the first that it took if there is one."""
        program = self.examination.judge
        for spoiled, told in zip(self.examination.spoiled, self.spoilt, strict=True):
            if told.status == 0:
                return f"{program} accepts that {spoiled.defect}"
        return f"{program}: {_last(self.spoilt[-1])}"

    def output(self) -> tuple[str, ...]:
        """The last lines that the program wrote of the files as they are."""
        text = self.told.stdout + self.told.stderr
        return tuple(each for each in text.splitlines() if each.strip())[-_LINES:]

    def raw(self) -> bytes:
        """Everything, as JSON."""
        one = self.examination
        document = {
            "name": one.name,
            "argv": one.argv,
            "files": dict(one.files),
            "status": self.told.status,
            "output": self.told.stdout + self.told.stderr,
            "spoiled": [
                {
                    "defect": spoiled.defect,
                    "files": {
                        path: text
                        for path, text in spoiled.files.items()
                        if one.files.get(path) != text
                    },
                    "status": told.status,
                    "output": told.stdout + told.stderr,
                }
                for spoiled, told in zip(one.spoiled, self.spoilt, strict=True)
            ],
        }
        return json.dumps(document, indent=1, sort_keys=True).encode()


def _last(told: Executed) -> str:
    lines = [each.strip() for each in (told.stdout + told.stderr).splitlines() if each.strip()]
    return lines[-1][:200] if lines else f"ended with status {told.status} and no word"


def examine(
    examinations: Iterable[Examination], runtime: Runtime, done: Callable[[Examined], None]
) -> None:
    """Carry out all of them; `done` is called for each in order. Raises RuntimeFailure."""

    def one(examination: Examination) -> Examined:
        started = time.time()
        told = _asked(examination, examination.files, runtime)
        spoilt = tuple(_asked(examination, each.files, runtime) for each in examination.spoiled)
        return Examined(
            examination=examination,
            told=told,
            spoilt=spoilt,
            started=started,
            finished=time.time(),
        )

    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        for each in pool.map(one, examinations):
            done(each)


def _asked(examination: Examination, files: Mapping[str, str], runtime: Runtime) -> Executed:
    """What the program says of these files, or what they are held to."""
    if examination.look is None:
        return runtime.examine(examination.engine, files, examination.argv)
    wrong = examination.look(files)
    return Executed(status=1 if wrong else 0, stdout="\n".join(wrong), stderr="")
