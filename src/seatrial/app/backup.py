"""Backups and restores as they are ordered: by the daemon that stands beside the store."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatrial.app.environment import open_runtime
from seatrial.app.plan import Plan, plan
from seatrial.app.unclear import Unclear, unknown
from seatrial.capabilities.backup import place, policy
from seatrial.contract.runtime import NothingRuns, Runtime, RuntimeFailure
from seatrial.runtimes.shared.requests import revealed
from seatrial.system import regions

Told = Mapping[str, Any]
_LEAST_ERROR = 400
_LOOK = 0.2
_LOOKS = 3  # each is given up after some seconds
_MISSES = 50  # looks in a row that may fail: a daemon that is started anew takes seconds
RUNNING = "running"


@dataclass(frozen=True, kw_only=True)
class Backed:
    """A store whose backups are taken, and its runtime."""

    store: str
    runtime: Runtime
    region: str = ""  # another one, where its backups lie, too
    others: tuple[str, ...] = ()  # where else they lie, and somebody else answers
    system: str = ""  # the other server whose backups are wanted; else those of the store's own
    apart: bool = False  # who takes them has a file system of its own, which this machine's is not

    @property
    def order(self) -> str:
        """The command by which it is restored."""
        return f"seatrial restore {self.store}" + (f" --from {self.region}" if self.region else "")

    @property
    def daemon(self) -> str:
        """Who takes its backups there."""
        return place.named(self.store, self.region)

    def told(self) -> Told:
        """What is held, what is being done. Raises RuntimeFailure where nobody answers at all."""
        for _ in range(_LOOKS - 1):  # a machine that is busy has its daemon answer late
            try:
                return self._ask("GET", "/backups")
            except NothingRuns:
                raise
            except RuntimeFailure:
                continue
        return self._ask("GET", "/backups")

    def begin(self, kind: str = "") -> Told:
        """Take a backup now, of the narrowest kind that there is where none is named.

        Raises Unclear where something else is being done, and for a kind that the product has not.
        """
        return self._ask("POST", "/backups", {"kind": kind} if kind else {})

    def verify(self) -> Told:
        """Begin to read all that lies there, or go on watching who does. Raises Unclear."""
        return self._ask("POST", "/verifications")

    def preview(self, target: float, into: str = "") -> Told:
        """What a restore would do. Raises Unclear where it cannot be done."""
        return self._ask("POST", "/preview", self._wanted(target, into))

    def restore(self, target: float, into: str) -> Told:
        """Begin a restore into a copy, or go on watching the same one that runs already.

        Raises Unclear.
        """
        running = self.told()["works"].get("restore", {})
        wanted = {"target": target, "into": into}
        if running.get("state") == RUNNING and running["about"] == wanted:
            return dict(running)
        return self._ask("POST", "/restores", self._wanted(target, into))

    def _wanted(self, target: float, into: str) -> Told:
        return {"target": target, "into": into, "system": self.system}

    def search(self, since: float, table: str) -> None:
        """Begin to look for what took rows away since an instant. Raises Unclear."""
        self._ask("POST", "/searches", {"since": since, "table": table})

    def take(self, name: str, aside: str = "") -> None:
        """Begin to have a copy take the store's place; its server may run still.

        What the store has becomes the copy `aside`, or one that is named for it. Raises Unclear.
        """
        self._ask("POST", "/takes", {"name": name, "aside": aside})

    def exchange(self, name: str) -> None:
        """Begin to exchange the data of both, while the store's server is stopped.

        Raises Unclear.
        """
        self._ask("POST", f"/takes/{name}")

    def leave(self) -> None:
        """Begin to let go of a take that was begun. Raises Unclear where there is none."""
        self._ask("DELETE", "/takes")

    def remove(self, name: str) -> None:
        """Begin to remove a copy. Raises Unclear where there is none, or another thing is done."""
        self._ask("DELETE", f"/copies/{name}")

    def followed(
        self, kind: str, say: Callable[[str], None], sleep: Callable[[float], None]
    ) -> Told:
        """Wait for the end of the newest work of a kind; each step is said as it begins.

        Raises RuntimeFailure where it failed, where nobody answers for long, and where the daemon
        was started anew meanwhile.
        """
        known, began = 0, None
        while True:
            work = self._looked(kind, sleep)
            began = began or work.get("began")
            if not work or work["began"] != began:
                raise RuntimeFailure(
                    f"{self.daemon} was started anew, and the {kind} broken off",
                    "run the same command again: it goes on with what is there",
                )
            for each in work["steps"][known:]:
                say(each["name"])
            known = len(work["steps"])
            if work["state"] != RUNNING:
                break
            sleep(_LOOK)
        if work["error"]:
            raise RuntimeFailure(
                f"the {kind} of {self.store} failed: {work['error']}",
                f"run `seatrial status --logs {self.daemon}`; "
                "the same command again goes on where it was broken off",
            )
        return work

    def _looked(self, kind: str, sleep: Callable[[float], None]) -> Told:
        """The newest work of a kind; that nobody answers for a moment ends no watching."""
        for _ in range(_MISSES):
            try:
                return self._ask("GET", f"/works/{kind}")
            except RuntimeFailure:
                sleep(_LOOK)
        return self._ask("GET", f"/works/{kind}")

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Told:
        text = json.dumps(body) if body is not None else ""
        shown = () if method == "GET" else place.shown(self.store, self.region)
        headers = revealed(shown, self.runtime.known_secrets)
        try:
            answer = self.runtime.request(
                method, self.daemon, place.HTTP, path, text, headers=headers
            )
        except RuntimeFailure as failure:
            raise self._elsewhere(failure) from failure
        try:
            found: Told = json.loads(answer.body)
        except ValueError:
            found = {"error": answer.body.decode(errors="replace")[:200]}
        if answer.status < _LEAST_ERROR:
            return found
        if answer.status < 500:  # noqa: PLR2004 - HTTP's border between bad input and failure
            raise Unclear(str(found.get("error", "")), str(found.get("cure", "")))
        raise RuntimeFailure(
            f"{self.daemon}: {found.get('error')}",
            f"run `seatrial status --logs {self.daemon}`",
        )

    def _elsewhere(self, failure: RuntimeFailure) -> RuntimeFailure:
        """The same, and where else backups lie: with a region its daemons are lost, too."""
        if not self.others or isinstance(failure, NothingRuns):
            return failure
        ways = " or ".join(f"--from {each}" for each in self.others)
        cure = f"{failure.cure}; `seatrial restore {self.store} {ways}` asks another region"
        return RuntimeFailure(failure.summary, cure.removeprefix("; "), failure.logs)


def backed(file: Path, store: str, region: str = "") -> Backed:
    """The store of that name, and its backups at home or in another region.

    Raises Unclear, Refused and RuntimeFailure.
    """
    runtime = open_runtime(file)
    planned = plan(file, runtime)
    known = stores(planned)
    keeping = (name for name, each in planned.system.services.items() if each.keeps)
    there = (*planned.system.stores, *keeping)
    if store not in there:
        raise unknown("store", store, there)
    if store not in known:
        raise Unclear(*_not_backed(planned, store, known))
    others = policy.elsewhere(planned.system, store)
    if region in {"", regions.home(planned.system)}:
        apart = planned.placement.apart
        return Backed(store=store, runtime=runtime, others=others, apart=apart)
    if region not in others:
        raise Unclear(
            f"{region} holds no backup of {store}",
            f"they lie at home and in {', '.join(others)}"
            if others
            else "they lie at home alone; also_in under its backup names another",
        )
    return Backed(store=store, runtime=runtime, region=region, apart=planned.placement.apart)


def stores(planned: Plan) -> tuple[str, ...]:
    """The stores, and services that keep files, whose backups are taken."""
    there = {each.name for each in planned.workloads}
    every = (*planned.system.stores, *planned.system.services)
    return tuple(each for each in every if place.named(each) in there)


def all_backed(file: Path) -> tuple[Backed, ...]:
    """Each store whose backups are taken. Raises Refused and RuntimeFailure."""
    runtime = open_runtime(file)
    planned = plan(file, runtime)
    return tuple(
        Backed(store=each, runtime=runtime, region=region)
        for each in stores(planned)
        for region in ("", *policy.elsewhere(planned.system, each))
    )


def _not_backed(planned: Plan, store: str, known: tuple[str, ...]) -> tuple[str, str]:
    system = planned.system
    runtime, beside = planned.placement.runtime, planned.contexts["backup"].beside
    if store in policy.declared(system) and not place.done(runtime, beside=beside):
        where = "beside a project" if beside else f"on {runtime}"
        return (
            f"the backups of {store} are not taken {where}",
            f"run it on the runtime {place.LOCAL} or {place.CONTAINERS}",
        )
    if store in policy.declared(system):
        return f"{policy.REQUIREMENT} is not promised", f"add {policy.REQUIREMENT} to promises"
    others = f"; there are backups of {', '.join(known)}" if known else ""
    key = ".".join(policy.path(system, store))
    return f"{store} has no backup{others}", f"write {key}.backup, then `seatrial up`"
