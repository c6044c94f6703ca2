"""Whether a metrics page is a prober's, and that page written anew. Pure.

A place is believed in what it saw, and in nothing else: only series that a prober has are taken,
with labels that a prober gives, so that none can pose as another's or as another metric.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

MOST_SERIES = 20_000
_MOST_VALUE = 300  # characters of a label
_KNOWN = re.compile(r"(journey|check|prober|home)_[a-z_]+")
_LABELS = frozenset({"journey", "entry", "outcome", "step", "check", "le"})
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


class PageError(ValueError):
    """What was sent is no prober's page; the message says why."""


def read(text: str) -> tuple[str, int]:
    """The page as it is shown, and the number of its series. Raises PageError.

    Metrics of the process itself are left out; anything else that no prober tells is refused.
    """
    lines: list[str] = []
    try:
        for family in text_string_to_metric_families(text):
            if not family.name.startswith(("process_", "python_")):
                lines += _family(family)
    except PageError:
        raise
    except (ValueError, KeyError, IndexError) as error:  # what the parser makes of wrong text
        raise PageError(f"it cannot be read: {error}") from error
    count = sum(not each.startswith("#") for each in lines)
    if not 0 < count <= MOST_SERIES:
        raise PageError(f"it holds {count} series; 1 to {MOST_SERIES} are taken")
    return "\n".join(lines) + "\n", count


def _family(family: Metric) -> list[str]:
    if _KNOWN.fullmatch(family.name) is None:
        raise PageError(f"{family.name[:80]!r} is no metric of a prober")
    return [
        f"# TYPE {_typed(family.name, family.type)} {family.type}",
        *(_line(each.name, each.labels, each.value) for each in family.samples),
    ]


def _typed(name: str, kind: str) -> str:
    """As the text format has it: a counter's name ends in _total there."""
    return f"{name}_total" if kind == "counter" else name


def _line(name: str, labels: dict[str, str], value: float) -> str:
    if strange := sorted(set(labels) - _LABELS):
        raise PageError(f"{name[:80]} has the label {strange[0][:80]!r}, which no prober gives")
    if any(len(each) > _MOST_VALUE for each in labels.values()):
        raise PageError(f"{name[:80]} has a label of more than {_MOST_VALUE} characters")
    told = ",".join(_pairs(labels))
    return f"{name}{{{told}}} {value!r}" if told else f"{name} {value!r}"


def _pairs(labels: dict[str, str]) -> Iterator[str]:
    return (f'{key}="{value.translate(_ESCAPES)}"' for key, value in sorted(labels.items()))
