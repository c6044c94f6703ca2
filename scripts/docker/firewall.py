"""Which packet filter rules an engine added, and the commands that take just these away. Pure.

Texts are what `iptables -S` prints: see iptables(8).
"""

import re
import shlex
from collections import Counter
from collections.abc import Iterator

TABLES = ("filter", "nat", "mangle", "raw")
_CHAIN = re.compile(r"^-N (DOCKER\S*)$")
_OF_DOCKER = re.compile(r"\bDOCKER|\bbr-[0-9a-f]{12}\b")


def undo(
    before: str, now: str, marks: tuple[str, ...], *, shared: bool = False
) -> tuple[tuple[str, ...], ...]:
    """The arguments of `iptables -t TABLE`, in order, that lead from `now` to `before`.

    Only rules that Docker makes are touched: they name one of its chains, one of its bridges, or
    one of our `marks` (our bridge, our addresses); only the last where an engine of somebody else
    is at work, whose chains bear the same names (`shared`). What someone else added meanwhile
    stays.
    """
    if shared:
        words = [each for each in now.splitlines() if each.startswith("-A ")]
        own = (each for each in words if any(mark in each for mark in marks))
        return tuple(("-D", *shlex.split(each)[1:]) for each in own)
    known = Counter(before.splitlines())
    added = [line for line in now.splitlines() if not _seen(line, known)]
    rules = [line for line in added if line.startswith("-A ") and _ours(line, marks)]
    chains = [match[1] for line in added if (match := _CHAIN.match(line))]
    return (
        *(("-D", *shlex.split(line)[1:]) for line in rules if line.split()[1] not in chains),
        *(("-F", chain) for chain in chains),
        *(("-X", chain) for chain in chains),
        *_policies(before, added),
    )


def _seen(line: str, known: Counter[str]) -> bool:
    """Whether the line was there before, as often as it is now."""
    known[line] -= 1
    return known[line] >= 0


def _ours(line: str, marks: tuple[str, ...]) -> bool:
    return bool(_OF_DOCKER.search(line)) or any(mark in line for mark in marks)


def _policies(before: str, added: list[str]) -> Iterator[tuple[str, ...]]:
    """An older engine closes FORWARD; it is opened again where it was open."""
    old = {line.split()[1]: line.split() for line in before.splitlines() if line.startswith("-P ")}
    for line in added:
        words = line.split()
        if words[:2] == ["-P", "FORWARD"] and "FORWARD" in old:
            yield tuple(old["FORWARD"])
