"""Work through the steps of one run."""

import asyncio
import hashlib
import logging
import string
from collections.abc import Iterator, Mapping

from common.steps import FailTimes, Hash, Sleep, Step

from seatrial_instrument import part
from worker.leases import Lease, Leases
from worker.metrics import RETRIES

log = logging.getLogger(__name__)

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 2.0
# A template can repeat earlier outputs, and the next one repeat that: without a bound, a few
# steps fill the memory of every worker in turn.
_LONGEST_OUTPUT = 100_000


class StepFailedError(Exception):
    """A step did not work this time; its text goes into the run's record."""


def pause_before(attempt: int) -> float:
    """Seconds to wait before an attempt: none before the first, then 0.1, 0.2, 0.4, ... 2."""
    return 0.0 if attempt <= 1 else min(_FIRST_PAUSE * 2 ** (attempt - 2), _LONGEST_PAUSE)


class _Bounded(Mapping[str, str]):
    """Names for a template, of which only so much text can be taken in all."""

    def __init__(self, texts: Mapping[str, str], limit: int) -> None:
        self._texts = texts
        self._left = limit

    def __getitem__(self, name: str) -> str:
        text = self._texts[name]
        self._left -= len(text)
        if self._left < 0:
            raise StepFailedError(f"the output is longer than {_LONGEST_OUTPUT} characters")
        return text

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


async def perform(step: Step, attempt: int, names: dict[str, str]) -> str:
    """Do one attempt of a step and return its output. Raises StepFailedError."""
    match step:
        case Sleep():
            await asyncio.sleep(step.seconds)
            return f"slept {step.seconds:g} s"
        case Hash():
            value = step.text.encode()
            for _ in range(step.rounds):
                value = hashlib.sha256(value).digest()
            return value.hex()
        case FailTimes():
            if attempt <= step.times:
                raise StepFailedError(f"attempt {attempt} of {step.times} that fail")
            return f"worked at attempt {attempt}"
    texts = _Bounded(names | step.values, _LONGEST_OUTPUT - len(step.template))
    return string.Template(step.template).safe_substitute(texts)


async def execute(leases: Leases, lease: Lease) -> str | None:
    """Do the steps that are not done yet; the error that ended the run, or None.

    Raises DependencyDownError and LeaseLostError; the run is then left to be taken over, and
    its finished steps are not done again.
    """
    if lease.hopeless is not None:
        return lease.hopeless
    outputs = await leases.outputs(lease)
    for position, step in enumerate(lease.steps):
        if position not in outputs:
            try:
                with part(f"step {step.kind}", {"workflow.step.position": position}):
                    outputs[position] = await _with_retries(leases, lease, position, step, outputs)
            except StepFailedError as error:
                return f"step {position} ({step.kind}): {error}"
    return None


async def _with_retries(
    leases: Leases, lease: Lease, position: int, step: Step, outputs: dict[int, str]
) -> str:
    names = {"workflow": lease.workflow} | {f"step_{at}": text for at, text in outputs.items()}
    while True:
        attempt = await leases.begin_step(lease, position, step.kind)
        if attempt > 1:
            RETRIES.inc()
        try:
            output = await perform(step, attempt, names)
        except StepFailedError as error:
            await leases.store_step(lease, position, error=str(error))
            log.info(
                "step failed",
                extra={"fields": {"position": position, "attempt": attempt, "error": str(error)}},
            )
            if attempt > step.retries:
                raise
            await asyncio.sleep(pause_before(attempt + 1))
        else:
            await leases.store_step(lease, position, output=output)
            return output
