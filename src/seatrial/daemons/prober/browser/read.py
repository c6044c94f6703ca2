"""Reads a browser's steps from the plan's JSON; whatever is wrong becomes one sentence."""

from __future__ import annotations

from typing import Any

from seatrial.daemons.prober import template, words
from seatrial.daemons.prober.browser.model import DEEDS, WAYS, Act, Locator, Seen
from seatrial.daemons.prober.words import PlanError

WITHIN_S = 5.0
_MANY = 100_000
_KEYS = {
    "name",
    "do",
    "path",
    "at",
    "value",
    "secret",
    "expect",
    "keep",
    "within_s",
}


def acts(listed: Any, place: str, known: set[str]) -> tuple[Act, ...]:
    """The steps, which may use what earlier ones keep; `known` is kept already."""
    if not isinstance(listed, list) or not listed:
        raise PlanError(f"{place}: a list of at least one step is wanted")
    found: list[Act] = []
    for number, one in enumerate(listed):
        act = _act(one, f"{place}[{number}]")
        if unknown := sorted(needs(act) - known):
            raise PlanError(f"{place}[{number}]: no earlier step keeps {', '.join(unknown)}")
        known = known | set(act.keep)
        found.append(act)
    return tuple(found)


def needs(act: Act) -> set[str]:
    """The names of kept values that a step uses."""
    texts = [act.path, act.value, *_texts(act.at)]
    if act.expect is not None:
        texts += [act.expect.url, act.expect.contains, *_texts(act.expect.at)]
    for each in act.keep.values():
        texts += [each] if isinstance(each, str) else _texts(each)
    return {name for each in texts for name in template.names(each)}


def _texts(at: Locator | None) -> list[str]:
    return [at.value, at.name] if at is not None else []


def _act(found: Any, place: str) -> Act:
    words.only(found, place, _KEYS)
    do = found.get("do")
    if do not in DEEDS:
        raise PlanError(f"{place}.do: {', '.join(DEEDS)} are known, not {do!r}")
    path = words.text(found, "path", place) if do == "open" else ""
    if path and not path.startswith("/"):
        raise PlanError(f"{place}.path: begins with /, not {path!r}")
    value = found.get("value", "")
    if not isinstance(value, str) or (do in {"press", "select"} and not value):
        raise PlanError(f"{place}.value: a string is wanted")
    keep = found.get("keep", {})
    if not isinstance(keep, dict):
        raise PlanError(f"{place}.keep: an object is wanted")
    return Act(
        name=words.text(found, "name", place),
        do=do,
        path=path,
        at=_locator(found.get("at"), f"{place}.at") if do not in {"open", "see"} else None,
        value=value,
        secret=words.flag(found, "secret", place, default=False),
        expect=_seen(found["expect"], f"{place}.expect") if "expect" in found else None,
        keep={name: _kept(each, f"{place}.keep.{name}") for name, each in keep.items()},
        within_s=words.number(found, "within_s", place, default=WITHIN_S, most=_MANY),
    )


def _locator(found: Any, place: str) -> Locator:
    words.only(found, place, {*WAYS, "name", "exact"})
    ways = [each for each in WAYS if each in found]
    if len(ways) != 1:
        raise PlanError(f"{place}: one of {', '.join(WAYS)} is wanted")
    return Locator(
        by=ways[0],
        value=words.text(found, ways[0], place),
        name=words.text(found, "name", place) if "name" in found else "",
        exact=words.flag(found, "exact", place, default=False),
    )


def _seen(found: Any, place: str) -> Seen:
    words.only(found, place, {"url", "at", "contains", "hidden"})
    return Seen(
        url=words.text(found, "url", place) if "url" in found else "",
        at=_locator(found["at"], f"{place}.at") if "at" in found else None,
        contains=words.text(found, "contains", place) if "contains" in found else "",
        hidden=words.flag(found, "hidden", place, default=False),
    )


def _kept(found: Any, place: str) -> Locator | str:
    if isinstance(found, dict) and "url" in found:
        words.only(found, place, {"url"})
        return words.text(found, "url", place)
    return _locator(found, place)
