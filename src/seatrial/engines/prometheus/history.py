"""Healthy history in OpenMetrics text, for `promtool tsdb create-blocks-from openmetrics`.

A young Prometheus has no past: an hour-long burn-rate window over ten minutes of samples trips on
one short blip. Seeded history is what a healthy past would have left, and evidence says
that it was seeded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """A counter that grows by `per_second` evenly; `name` is the full series name (`..._total`)."""

    name: str
    labels: Mapping[str, str]
    per_second: float


def openmetrics(counters: Iterable[Counter], *, start: float, end: float, step: float) -> str:
    """OpenMetrics text of the counters from `start` to `end` (epoch seconds), every `step`.

    Samples of one family stand together and each series is in order of time, as the format
    requires; the last line is `# EOF`.
    """
    families: dict[str, list[Counter]] = {}
    for counter in counters:
        families.setdefault(counter.name, []).append(counter)
    lines: list[str] = []
    steps = int((end - start) // step)
    for family, members in families.items():
        # `unknown` carries any suffix; the type is not stored in a block
        lines.append(f"# TYPE {family} unknown")
        for member in members:
            tags = ",".join(f'{key}="{value}"' for key, value in sorted(member.labels.items()))
            head = f"{family}{{{tags}}}"
            lines.extend(
                f"{head} {member.per_second * step * index:.3f} {start + index * step:.3f}"
                for index in range(steps + 1)
            )
    lines.append("# EOF")
    return "\n".join(lines) + "\n"
