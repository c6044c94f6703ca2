r"""Regular expressions of rules, written for PCRE, as RE2 reads them; what RE2 lacks is refused.

Facts: the syntax pages of RE2 and of PCRE. Both agree on groups, classes, greedy and lazy counts
and on `\d`, `\w` and `\b` being of ASCII. RE2 has no memory: nothing that looks around or back.
"""

import re

LARGEST = 1000  # RE2 counts no further, nested counts multiplied
_LETTERS = frozenset("dDwWsSbBAnrtf")  # escapes that mean the same in both; \v and \Z do not
_HEX = re.compile(r"\\x(?:[0-9A-Fa-f]{2}|\{[0-9A-Fa-f]{1,6}\})")
_GROUP = re.compile(r"\(\?(?:P<[A-Za-z_]\w*>|[ims]*(?:-[ims]+)?[:)])", re.ASCII)
_GROUPS = {
    "(?=": "lookahead",
    "(?!": "lookahead",
    "(?<=": "lookbehind",
    "(?<!": "lookbehind",
    "(?>": "atomic group",
    "(?(": "condition",
    "(?#": "comment",
    "(?P=": "back reference",
}
_COUNT = re.compile(r"\{(\d+)(?:,(\d*))?\}")
_UPTO = re.compile(r"\{,\d+\}")


class Unsupported(Exception):  # noqa: N818 - a refusal, not a fault
    """The expression needs what RE2 has not; the message is what, after `no`."""


def re2(pattern: str) -> str:
    """The same expression for RE2. Raises Unsupported."""
    out: list[str] = []
    place, inside, product = 0, False, 1
    while place < len(pattern):
        sign = pattern[place]
        if sign == "\\":
            part = _escape(pattern, place, inside=inside)
            out.append(_space(part, inside=inside))
        elif inside:
            part = sign
            if pattern.startswith("[:", place):
                raise Unsupported("class by name, as [:alpha:]")
            inside = sign != "]"
            out.append(part)
        elif sign == "[":
            part = _opened(pattern, place)
            inside = True
            out.append(part)
        else:
            part, times = _plain(pattern, place)
            product *= times
            if product > LARGEST:
                raise Unsupported(f"counts that come to more than {LARGEST}")
            out.append(part)
        place += len(part)
    return "".join(out)


def _opened(pattern: str, place: int) -> str:
    """The begin of a class: a bracket that follows at once is one of its signs."""
    found = "[^" if pattern.startswith("[^", place) else "["
    return found + "]" if pattern.startswith("]", place + len(found)) else found


def _escape(pattern: str, place: int, *, inside: bool) -> str:
    """A backslash and what belongs to it."""
    after = pattern[place + 1 : place + 2]
    if found := _HEX.match(pattern, place):
        return found.group()
    if not after.isascii() or not after:
        raise Unsupported("backslash before a sign that needs none")
    if after.isdigit():
        raise Unsupported(f"back reference or octal number \\{after}")
    if after.isalpha() and (after not in _LETTERS or (inside and after in "bBA")):
        raise Unsupported(f"\\{after}")
    return "\\" + after


def _space(part: str, *, inside: bool) -> str:
    """PCRE counts the vertical tab as white space, RE2 does not."""
    if part == "\\s":
        return "\\s\\x0b" if inside else "[\\s\\x0b]"
    if part == "\\S" and not inside:
        return "[^\\s\\x0b]"
    return part


def _plain(pattern: str, place: int) -> tuple[str, int]:
    """A sign, an opened group or a count; and how often a count repeats."""
    if pattern.startswith("(?", place):
        found = _GROUP.match(pattern, place)
        if found is None:
            kind = next((each for each in _GROUPS if pattern.startswith(each, place)), "")
            raise Unsupported(_GROUPS.get(kind, f"group {pattern[place : place + 4]}"))
        return found.group(), 1
    if _UPTO.match(pattern, place):
        raise Unsupported("count without a least number")
    times, part = 1, pattern[place]
    if found := _COUNT.match(pattern, place):
        part = found.group()
        times = max(int(found.group(1)), int(found.group(2) or 0), 1)
    elif part not in "*+?":
        return part, 1
    if pattern.startswith("+", place + len(part)):
        raise Unsupported("possessive count")
    return part, times
