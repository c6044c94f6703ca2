"""What the daemon that seals the system is asked, and told to do."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatrial.app.environment import open_runtime
from seatrial.app.files import write_text
from seatrial.app.plan import Plan, plan
from seatrial.app.unclear import Unclear, unknown
from seatrial.capabilities.backup import place as shared
from seatrial.capabilities.backup import policy
from seatrial.capabilities.backup.sealed import place
from seatrial.contract.runtime import Answer, Runtime, RuntimeFailure
from seatrial.runtimes.shared.requests import revealed

Told = Mapping[str, Any]
_LEAST_ERROR, _NOWHERE = 400, 404


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """The system's daemon. All raise RuntimeFailure where it does not do what it should."""

    runtime: Runtime
    elsewhere: tuple[str, ...] = ()

    def told(self) -> Told:
        """Which bundles are held (`bundles`), why another is `due`, what lies `elsewhere`."""
        return self._json("GET", "/bundles")

    def seal(self) -> Told:
        """Seal now; what there is of it."""
        return self._json("POST", "/bundles")

    def copy(self, out: Path, region: str = "") -> bool:
        """Write the newest bundle that is whole to a file that is not there; False: none is.

        It is fetched from home, or from another region. Raises Unclear.
        """
        if out.exists():
            raise Unclear(f"{out} is there already", "choose another name")
        if region and region not in self.elsewhere:
            raise unknown("other region with bundles", region, self.elsewhere)
        where = f"?in={region}" if region else ""
        answer = self._answer("GET", f"/bundles/newest{where}")
        if answer.status == _NOWHERE:
            return False
        write_text(out, _body(answer))
        return True

    def _json(self, method: str, path: str) -> Told:
        found: Told = json.loads(_body(self._answer(method, path)))
        return found

    def _answer(self, method: str, path: str) -> Answer:
        headers = revealed(place.SHOWN, self.runtime.known_secrets)
        return self.runtime.request(method, place.NAME, shared.HTTP, path, "", headers=headers)


def _body(answer: Answer) -> bytes:
    if answer.status < _LEAST_ERROR:
        return answer.body
    try:
        told = json.loads(answer.body)
    except ValueError:
        told = {"error": answer.body.decode(errors="replace")[:200]}
    raise RuntimeFailure(
        f"{place.NAME}: {told.get('error')}",
        told.get("cure") or f"run `seatrial status --logs {place.NAME}`",
    )


def sealed(file: Path) -> Sealed:
    """The daemon of a system. Raises Unclear where nothing is sealed, Refused, RuntimeFailure."""
    runtime = open_runtime(file)
    planned = plan(file, runtime)
    if not any(each.seals for each in planned.workloads):
        raise Unclear("the system itself is not backed up here", _why(planned))
    return Sealed(
        runtime=runtime, elsewhere=tuple(place.elsewhere(planned.system, planned.placement.runtime))
    )


def _why(planned: Plan) -> str:
    if planned.contexts["backup"].settings.recovery_key is None:
        return "`seatrial key new --out FILE` makes a key, and says what to write into the file"
    if not planned.system.promised(policy.REQUIREMENT):
        return f"add {policy.REQUIREMENT} to promises"
    return f"run it on the runtime {shared.LOCAL} or {shared.CONTAINERS}, not beside a project"
