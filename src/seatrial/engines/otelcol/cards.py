r"""Card numbers in a line: found by issuer and length, and masked only where the check digit fits.

A number that merely looks like one (of a run, an order, a device) keeps its digits, nine times out
of ten. The collector has the check (Luhn, ISO/IEC 7812-1), but for one number at a time and not
within a replacement. So the first number that looks like a card's is taken out of the line and
checked; it is masked, or marked so that it is not found again; then the next. A line with more of
them than ROUNDS has the rest masked unchecked: too much rather than too little.

This is done in the collector, as all masking: after it lines lie on disk, in its queue, in the
keeper's spool and in the store.
"""

from seatrial.engines.otelcol.quoting import quoted

MASK = "***"
ROUNDS = 5
MARK = "\u20630"  # nothing that anybody writes; no number begins right after its digit
_S = "(?:[ +-]|%20)?"  # as people group digits, and as a form or a URL then writes it
# What a number ends at. Letters of hexadecimal numbers are none: else one trace in some 30,000
# would lose its id, since its digits happen to be a card's.
_EDGE = "[^0-9A-Fa-f]"
_BEFORE = f"{_EDGE}|%[0-9A-Fa-f]{{2}}"  # `=` or a blank, as a URL writes it
_GROUPS = rf"(?:{_S}\d{{4}}){{3}}"
_ISSUERS = (
    rf"4\d{{3}}{_GROUPS}(?:{_S}\d{{3}})?",  # Visa, 16 or 19 digits
    rf"5[1-5]\d\d{_GROUPS}",  # Mastercard
    rf"2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720){_GROUPS}",  # Mastercard
    rf"3[47]\d\d{_S}\d{{6}}{_S}\d{{5}}",  # American Express, 15 digits
    rf"6(?:011|4[4-9]\d|5\d\d){_GROUPS}",  # Discover
    rf"35(?:2[89]|[3-8]\d){_GROUPS}",  # JCB
    rf"3(?:0[0-5]|[68]\d)\d{_S}\d{{6}}{_S}\d{{4}}",  # Diners Club, 14 digits
    rf"62\d\d{_GROUPS}(?:{_S}\d{{3}})?",  # UnionPay, 16 or 19 digits
    rf"(?:50(?:18|20|38)|6304|67(?:59|6[1-3])){_GROUPS}",  # Maestro
)
_DIGITS = "|".join(_ISSUERS)
NUMBER = rf"(^|{_BEFORE})({_DIGITS})({_EDGE}|$)"
LOOK = rf"\d(?:{_S}\d){{13}}"  # an instant has fewer
FIRST = rf"\A(|(?s:.*?)(?:{_BEFORE}))({_DIGITS})({_EDGE}|$)"
_NUMBER, _LEFT = 'log.cache["card"]', 'log.cache["cards"]'
_FOUND = f"{_NUMBER} != nil"
BARE = r"(:\s*)\*\*\*(\s*[,}\]])"  # of a number in JSON: bare stars would be no JSON any more


def statements() -> tuple[str, ...]:
    """The statements over a line."""
    masked = f'log.cache["masked"] != nil or {_LEFT} != nil'
    return (
        f'set({_LEFT}, "some") where IsMatch(log.body, "{quoted(LOOK)}")',
        *(ROUNDS * _round()),
        # twice: what is between two numbers is the edge of one of them at a time
        *(2 * (_replaced(NUMBER, f"${{1}}{MASK}${{3}}", f"{_LEFT} != nil"),)),
        _replaced(MARK, "", f'Index(log.body, "{MARK}") >= 0'),
        _replaced(BARE, f'${{1}}"{MASK}"${{2}}', masked),
    )


def _round() -> tuple[str, ...]:
    """One number; `cards` is nil once none is left."""
    valid = f"IsValidLuhn({_NUMBER})"
    look = quoted(rf"(?:^|{_BEFORE})(?P<number>{_DIGITS})(?:{_EDGE}|$)")
    taken = f'ExtractPatterns(log.body, "{look}")["number"]'
    return (
        f'delete_key(log.cache, "card") where {_FOUND}',
        f"set({_NUMBER}, {taken}) where {_LEFT} != nil",
        f'delete_key(log.cache, "cards") where {_LEFT} != nil and {_NUMBER} == nil',
        f'replace_pattern({_NUMBER}, "%20|[ +-]", "") where {_FOUND}',
        f'set(log.cache["masked"], "some") where {_FOUND} and {valid}',
        _replaced(FIRST, f"${{1}}{MASK}${{3}}", f"{_FOUND} and {valid}"),
        _replaced(FIRST, f"${{1}}{MARK}${{2}}${{3}}", f"{_FOUND} and not {valid}"),
    )


def _replaced(pattern: str, replacement: str, condition: str) -> str:
    into = quoted(replacement)
    return f'replace_pattern(log.body, "{quoted(pattern)}", "{into}") where {condition}'
