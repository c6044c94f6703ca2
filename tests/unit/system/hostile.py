"""Texts made to cost a loader time or memory, each at most 1 MiB, by name."""

from seatrial.system.parse import MAX_VALUES

MEBIBYTE = 1 << 20
_HEAD = "seatrial: 1\nsystem: shop\nteams: {web: {}}\nservices: {a: {owner: web, image: a}}\n"
_NO_SERVICES = "seatrial: 1\nsystem: shop\nteams: {web: {}}\nservices:\n"
_ONE_SERVICE = _NO_SERVICES + "  a:\n    owner: web\n    image: a\n"


def _fill(begin: str, unit: str, end: str = "") -> str:
    return begin + unit * ((MEBIBYTE - len(begin) - len(end)) // len(unit)) + end


def _many(begin: str, line: str, values: int = 1) -> str:
    """The line again and again, `#` numbered, to just below the bound of bytes or of values."""
    lines, size = [begin], len(begin)
    for number in range((MAX_VALUES - 100) // values):
        written = line.replace("#", str(number))
        size += len(written)
        if size > MEBIBYTE:
            break
        lines.append(written)
    return "".join(lines)


def _bomb(levels: int, width: int) -> str:
    first = f"{_HEAD}alerting:\n  x0: &x0 [{', '.join(['lol'] * width)}]\n"
    return first + "".join(
        f"  x{level}: &x{level} [{', '.join([f'*x{level - 1}'] * width)}]\n"
        for level in range(1, levels)
    )


def _circle(services: int) -> str:
    return _NO_SERVICES + "".join(
        f"  s{number}: {{owner: web, image: a, needs: [s{(number + 1) % services}]}}\n"
        for number in range(services)
    )


def _clique(services: int) -> str:
    needs = ", ".join(f"s{number}" for number in range(services))
    return _NO_SERVICES + "".join(
        f"  s{number}: {{owner: web, image: a, needs: [{needs}]}}\n" for number in range(services)
    )


HOSTILE: dict[str, str] = {
    "brackets": _fill("", "["),
    "closed brackets": _fill("", "[]"),
    "braces": _fill("", "{"),
    "question marks": _fill("", "? "),
    "dashes": _fill("", "- "),
    "empty items": _fill("a:\n", "- \n"),
    "long line": _fill("seatrial: ", "x"),
    "long number": _fill("seatrial: ", "9"),
    "long key": _fill("", "k", ": 1"),
    "open quote": _fill('"', "a "),
    "comments": _fill("", "# \n"),
    "blank lines": _fill("a: 1\n", "\n"),
    "colons": _fill("", ":"),
    "flow keys": _fill("{", "a, "),
    "anchors": _many("a:\n", "- &a# x\n"),
    "alias list": _fill("a: &a x\nb: [", "*a, ", "]"),
    "bomb": _bomb(9, 9),
    "slow bomb": _bomb(200, 2),
    "alias of many": f"a: &a [{'x, ' * 20_000}]\nb: [*a, *a, *a, *a, *a, *a, *a, *a]\n",
    "unknown keys": _many(_HEAD, "k#: 1\n"),
    "duplicate keys": _fill(_HEAD, "a: 1\n"),
    "numbers as keys": _many(_HEAD, "#: 1\n"),
    "empty services": _many(_NO_SERVICES, "  s#:\n"),
    "services without fields": _many(_NO_SERVICES, "  s#: {}\n"),
    "services of nonsense": _many(_NO_SERVICES, "  s#: {ownr: 1, imag: 2, grace: 3}\n", 4),
    "dangling owners": _many(_NO_SERVICES, "  s#: {owner: o#, image: a}\n", 3),
    "dangling needs": _many(_NO_SERVICES, "  s#: {owner: web, image: a, needs: [t#, u#]}\n", 6),
    "one circle": _circle(9990),
    "everybody needs everybody": _clique(200),
    "open placeholders": _fill(_HEAD + "people: '", "${"),
    "placeholders in a command": _fill("services: {a: {owner: web, run: '", "${a}", "'}}"),
    "placeholders in variables": _many(
        _ONE_SERVICE + "    environment:\n", "      E#: ${s#.host}\n"
    ),
    "passwords in a variable": _fill("services: {a: {environment: {E: '", "a://b:", "'}}}"),
    "colons in a variable": _fill("services: {a: {environment: {E: 'a://", ":", "'}}}"),
    "letters in a variable": _fill("services: {a: {environment: {E: '", "a", "'}}}"),
    "journey of many steps": _many(
        _HEAD + "journeys:\n  j:\n    owner: web\n    start: a\n    steps:\n",
        "    - {get: '/${v#}'}\n",
        2,
    ),
    "duration of many parts": _fill("targets: {rto: ", "1s", "}"),
    "time zones": _many("people:\n", "  p#: {name: a, email: a@b, timezone: A/B#}\n", 4),
    "spaces in a header": _fill("journeys: {j: {steps: [{headers: {a: 'Bearer", " ", "'}}]}}"),
}
