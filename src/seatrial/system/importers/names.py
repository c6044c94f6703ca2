"""Names of others in the letters that ours have."""

import re
import unicodedata
from collections.abc import Collection, Iterable

_RESERVED = frozenset({"self", "system", "secret"})
_MOST = 63


def label(text: str, otherwise: str) -> str:
    """The text as a host name's label: lower case, digits, hyphens, a letter first."""
    plain = unicodedata.normalize("NFKD", text[:1000]).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if words and not words[0].isalpha():
        words = f"{otherwise}-{words}"
    return words[:_MOST].strip("-") or otherwise


def labels(
    texts: Iterable[str], taken: Collection[str] = (), reserved: Collection[str] = ()
) -> dict[str, str]:
    """A name for each text, all different and none reserved; a good one is given first."""
    kept = _RESERVED | frozenset(reserved)
    wanted = list(dict.fromkeys(texts))
    found = {each: each for each in wanted if label(each, "service") == each}
    used = {*found.values(), *taken, *kept}
    for each in (*found, *(one for one in wanted if one not in found)):
        if each in found and each not in kept:
            continue
        base = label(each, "service")
        number, name = 2, base
        if name in kept:
            base = name = f"{base}-service"
        while name in used:
            tail = f"-{number}"
            name, number = base[: _MOST - len(tail)].rstrip("-") + tail, number + 1
        found[each] = name
        used.add(name)
    return {each: found[each] for each in wanted}


def secret(text: str, otherwise: str) -> str:
    """The text as a secret's name: letters, digits, hyphens, underscores, a letter first."""
    words = re.sub(r"[^A-Za-z0-9_-]+", "_", text).lstrip("_-0123456789")
    return words[:_MOST] or otherwise
