"""What a step of a browser's journey is, and what is asked of the browser's process. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

WAYS = ("role", "label", "placeholder", "text", "selector")  # how a thing on a page is found
DEEDS = ("open", "fill", "select", "press", "click", "see")


@dataclass(frozen=True, slots=True, kw_only=True)
class Locator:
    """A thing on a page: `by` is one of WAYS, in the meaning that Playwright gives them.

    `name` is the accessible name that goes with a role. `exact` wants the whole text.
    """

    by: str
    value: str
    name: str = ""
    exact: bool = False

    @property
    def title(self) -> str:
        """As a sentence has it: `button "Sign in"`, `label "E-mail"`."""
        if self.by == "role":
            return f'{self.value} "{self.name}"' if self.name else self.value
        return f'{self.by} "{self.value}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What must be seen: the page's path (`url`, `*` is one segment), and a thing on it.

    The thing must hold the text `contains`, if any; `hidden`: it must not be seen.
    """

    url: str = ""
    at: Locator | None = None
    contains: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One step: `do` is one of DEEDS.

    `path` is what is opened, `at` what is filled, clicked and so on, `value` what is filled in, the
    option, or the key. `secret`: nobody is shown the value. `keep` names values for later steps,
    from the text of a thing or from the segment of the page's path that `*` stands for. `judged`:
    whether the statuses of pages count.
    """

    name: str
    do: str
    within_s: float
    path: str = ""
    at: Locator | None = None
    value: str = ""
    secret: bool = False
    expect: Seen | None = None
    keep: Mapping[str, Locator | str] = field(default_factory=dict)
    judged: bool = True


def unasserted(act: Act) -> Act:
    """The step with whatever comes of it: a defect to plant."""
    return replace(act, expect=None, judged=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One run that the browser's process is asked for.

    `base` is where it starts, `trace` the run's trace, empty where requests carry none; `kept` are
    the values that there are from the start.
    """

    journey: str
    base: str
    acts: tuple[Act, ...]
    timeout_s: float
    verify: bool = True
    trace: str = ""
    kept: Mapping[str, Any] = field(default_factory=dict)


def written(order: Order) -> dict[str, Any]:
    """The order as JSON."""
    return asdict(order)


def order(found: dict[str, Any]) -> Order:
    """The inverse of `written`."""
    return Order(**{**found, "acts": tuple(_act(each) for each in found["acts"])})


def _act(found: dict[str, Any]) -> Act:
    expect, keep = found["expect"], found["keep"]
    return Act(
        **{
            **found,
            "at": _locator(found["at"]),
            "expect": Seen(**{**expect, "at": _locator(expect["at"])}) if expect else None,
            "keep": {
                name: each if isinstance(each, str) else Locator(**each)
                for name, each in keep.items()
            },
        }
    )


def _locator(found: dict[str, Any] | None) -> Locator | None:
    return Locator(**found) if found else None
