"""What must hold of a store's backups before anything is restored in a drill."""

import json

from seatrial.capabilities.backup import place
from seatrial.contract.scenario import Steady, Watch
from seatrial.contract.timeline import Observation

_HELD = "backups held"


def steady(store: str, region: str = "") -> Steady:
    """There is a backup, and nothing is being done."""
    return Steady(
        name="backups",
        watch=Watch(
            name=_HELD,
            workload=place.named(store, region),
            port=place.HTTP,
            path="/backups",
            parse=_held,
        ),
        holds=_idle,
    )


def _held(now: float, body: bytes) -> tuple[Observation, ...]:
    told = json.loads(body)
    running = [kind for kind, each in told["works"].items() if each["state"] == "running"]
    return (
        Observation(
            at=now,
            source=_HELD,
            kind="held",
            subject=told["store"],
            value=len([each for each in told["backups"] if each["until"] is None]),
            text=", ".join(running),
        ),
    )


def _idle(seen: tuple[Observation, ...]) -> str | None:
    if not seen or not seen[-1].value:
        return "there is no backup yet"
    return f"a {seen[-1].text} is being done" if seen[-1].text else None


def alone(store: str, names: tuple[str, ...] = ()) -> Steady:
    """There is one address for copies: a user's own is not ended for a drill.

    Nor is one of these `names` there, which a drill would take for its own.
    """
    name = f"copies of {store}"

    def parse(now: float, body: bytes) -> tuple[Observation, ...]:
        copies = json.loads(body)["copies"]
        found = [each["name"] for each in copies if each["running"] or each["name"] in names]
        return (
            Observation(at=now, source=name, kind="copies", subject=store, text=", ".join(found)),
        )

    def holds(seen: tuple[Observation, ...]) -> str | None:
        if not seen:
            return "nobody told of copies"
        return f"the copy {seen[-1].text} is there" if seen[-1].text else None

    watch = Watch(
        name=name, workload=place.named(store), port=place.HTTP, path="/backups", parse=parse
    )
    return Steady(name="copies", watch=watch, holds=holds)
