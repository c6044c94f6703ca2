"""Whether a trace is recorded: as its caller decided, else by its id.

Names and meaning: OTEL_TRACES_SAMPLER of the OpenTelemetry specification.
"""

from dataclasses import dataclass

from seatrial_instrument.trace_context import TraceContext

_HALF = 16  # hex digits: the random half of a trace id
_ALL = 1 << 64
NAMES = (
    "always_on",
    "always_off",
    "traceidratio",
    "parentbased_always_on",
    "parentbased_always_off",
    "parentbased_traceidratio",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampler:
    """`bound` of 2**64 ids are recorded; a caller's decision stands where `parent` says so."""

    bound: int = _ALL
    parent: bool = True

    def decide(self, trace_id: str, parent: TraceContext | None) -> bool:
        """Whether a span that begins here is recorded."""
        if parent is not None and self.parent:
            return parent.sampled
        if self.bound in (0, _ALL):
            return self.bound == _ALL
        return int(trace_id[_HALF:], 16) < self.bound


def sampler(name: str, ratio: float) -> Sampler:
    """The sampler of that name, one of NAMES; `ratio` of 0 to 1 only where the name says so."""
    kind = name.removeprefix("parentbased_")
    share = {"always_on": 1.0, "always_off": 0.0}.get(kind, ratio)
    return Sampler(bound=round(share * _ALL), parent=name.startswith("parentbased_"))
