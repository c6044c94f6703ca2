"""How a step or a run ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from seatrial.daemons.prober.figures import Outcome

UNKNOWN: Literal["unknown"] = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a step or a run ended; `fault` says why when it is not ok.

    `answered`: whether an answer came, well or not, to any request of it. A run is `unknown` where
    nobody could look: it is neither well nor ill, and not counted. `seen` is what helps whoever
    reads of a failure, `took_s` the seconds that it took, where that is not from when it was due.
    """

    outcome: Outcome | Literal["unknown"]
    fault: str = ""
    answered: bool = True
    seen: Mapping[str, Any] = field(default_factory=dict)
    took_s: float | None = None


OK = Result(outcome="ok")
