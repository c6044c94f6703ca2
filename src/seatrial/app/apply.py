"""Up and down: the plan becomes files and running workloads, and is removed again."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from seatrial.app.browsing import unwalked
from seatrial.app.commands import buildable, startable
from seatrial.app.environment import COMPOSE, absolute, open_runtime
from seatrial.app.files import FilePlan, write
from seatrial.app.interrupt import stopping
from seatrial.app.plan import Plan, plan, read
from seatrial.app.refused import Refused
from seatrial.app.settle import settle
from seatrial.contract.runtime import (
    Change,
    Desired,
    NoSuchWorkload,
    Planned,
    Progress,
    Runtime,
    RuntimeFailure,
)
from seatrial.system.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What `up` did: changes of workloads, and what it found and wrote of what is rendered."""

    system: str
    changes: tuple[Planned, ...]
    files: tuple[FilePlan, ...]
    problems: tuple[Problem, ...]


class Interrupted(Exception):  # noqa: N818 - a request, not an error
    """`up` was told to stop: `running` are the workloads of the system of which a process runs."""

    def __init__(self, system: str, running: tuple[str, ...]) -> None:
        """Keep both apart, so that every face can show them in its own way."""
        super().__init__(f"{len(running)} workloads of {system} run")
        self.system = system
        self.running = running


def engines_of(planned: Plan) -> tuple[str, ...]:
    """The engines that the plan's workloads run on."""
    return tuple(sorted({each.engine for each in planned.workloads if each.engine}))


def planned_for(file: Path, runtime: Runtime) -> Plan:
    """The plan for the versions of the engines that are there. Raises Refused."""
    first = plan(file, runtime)
    return plan(file, runtime, versions=runtime.versions(engines_of(first)))


def desired(planned: Plan, secrets: Mapping[str, str], restart: tuple[str, ...] = ()) -> Desired:
    """What the runtime should run, with these secrets."""
    return Desired(
        system=planned.system.name,
        root=str(planned.folder),
        placement=planned.placement,
        workloads=planned.workloads,
        secrets=secrets,
        restart=restart,
    )


def up(
    file: Path,
    *,
    overwrite: bool,
    progress: Callable[[Progress], None],
    restart: tuple[str, ...] = (),
    wanted: str = "",
) -> Done:
    """Write what is rendered and start what should run.

    `restart` names workloads that begin anew even where nothing differs, `wanted` the runtime.
    Raises Refused and RuntimeFailure; and Interrupted on Ctrl-C, SIGTERM and SIGHUP.
    """
    runtime = open_runtime(file, wanted, start=True)
    read(file)  # a file that is refused must leave no trace
    with runtime.locked("up"), _told(runtime):
        with _unreserved(runtime):
            runtime.reserve(absolute(file))
            first = plan(file, runtime)
            if runtime.name == COMPOSE:
                buildable(first)
            runtime.ensure_secrets(first.secrets, first.brought)  # told before images are built
            # what is there decides what is rendered: a rule that one version knows is news to
            # another
            runtime.provide(first.workloads, progress)
            planned = planned_for(file, runtime)
            _known(planned, restart)
            secrets = runtime.ensure_secrets(planned.secrets, planned.brought)
            wanted_now = desired(planned, secrets, restart)
            startable(planned, runtime, wanted_now)
            files = write(planned, overwrite=overwrite)
        changes = runtime.apply(wanted_now, progress)
        settle(planned, runtime, progress)
    return Done(
        system=planned.system.name,
        changes=changes,
        files=files,
        problems=(
            *planned.problems,
            *unwalked(planned.system, contained=runtime.name == COMPOSE),
        ),
    )


@contextmanager
def _unreserved(runtime: Runtime) -> Iterator[None]:
    """A first `up` that is refused takes its reservation back: nothing is up, on any runtime."""
    begun = runtime.begun()
    try:
        yield
    except (Refused, RuntimeFailure):
        if not begun:
            with suppress(RuntimeFailure):  # why it was refused is what must be told
                runtime.down(purge=False, progress=lambda _progress: None)
        raise


@contextmanager
def _told(runtime: Runtime) -> Iterator[None]:
    """An `up` that is told to stop stops waiting; what it has started goes on."""
    try:
        with stopping():
            yield
    except KeyboardInterrupt:
        raise Interrupted(runtime.system, runtime.running()) from None


def _known(planned: Plan, names: tuple[str, ...]) -> None:
    known = [each.name for each in planned.workloads]
    for name in names:
        if name not in known:
            raise NoSuchWorkload(name, known)


def _changes(planned: Plan, runtime: Runtime) -> tuple[Planned, ...]:
    """What `up` would do with each workload. Raises Refused where one cannot be started."""
    wanted = desired(planned, runtime.known_secrets(planned.secrets))
    startable(planned, runtime, wanted)
    return runtime.diff(wanted)


def as_written(planned: Plan, runtime: Runtime) -> None:
    """What runs must be what the file says, or a proof would speak of another system.

    Raises RuntimeFailure with what differs, or where nothing holds what runs; and Refused.
    """
    left = runtime.orphans()
    if left.count:
        raise left.told(runtime.system)
    changes = _changes(planned, runtime)
    differing = [each for each in changes if each.change is not Change.KEEP]
    if differing:
        told = "; ".join(f"{each.workload}: {each.reason}" for each in differing[:5])
        raise RuntimeFailure(f"what runs is not what the file says: {told}", "run `seatrial up`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """What `up` would change against what runs; `left` is to be told where nothing holds that."""

    planned: Plan
    changes: tuple[Planned, ...]
    left: RuntimeFailure | None


def differences(file: Path) -> Differences:
    """Compare the file with what runs. Changes nothing."""
    runtime = open_runtime(file)
    planned = planned_for(file, runtime)
    changes = _changes(planned, runtime)
    left = runtime.orphans()
    told = left.told(runtime.system) if left.count else None
    return Differences(planned=planned, changes=changes, left=told)


def down(runtime: Runtime, *, purge: bool, progress: Callable[[Progress], None]) -> None:
    """Remove everything that `up` made. Raises RuntimeFailure."""
    with runtime.locked("down"):
        runtime.down(purge=purge, progress=progress)
