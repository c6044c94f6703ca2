r"""What must never be stored, as statements over a line before anything else reads it.

A line is masked as it was written, so that every field that is taken from it later is masked, too.
The patterns are RE2. A card number is recognised by its issuer's digits and its length: the
collector has no arithmetic for the check digit, so that a few other numbers are masked as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from seatrial.engines.otelcol.config import Step, quoted

MASK = "***"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Each match of `pattern` becomes `replacement`.

    A line is searched only where it holds one of `signs`, or matches `look`: patterns cost ten
    times what looking for a text costs. Signs are in lower case, and found in any.
    """

    pattern: str
    replacement: str
    signs: tuple[str, ...] = ()
    look: str = ""


_SECRETS = "password|passwd|passphrase|secret|token|api_?key|access_?key|private_?key"
_NAMED = ("pass", "secret", "token", "_key", "apikey", "accesskey", "privatekey")
_DIGITS = (
    r"(?:4\d{3}(?:[ -]?\d{4}){3}|5[1-5]\d{2}(?:[ -]?\d{4}){3}|2[2-7]\d{2}(?:[ -]?\d{4}){3}"
    r"|3[47]\d{2}[ -]?\d{6}[ -]?\d{5}|6(?:011|5\d{2})(?:[ -]?\d{4}){3})"
)
_LONG = r"\d(?:[ -]?\d){13}"  # an instant has fewer
_ARMOUR = "[A-Z ]*PRIVATE KEY-----"

CARDS = (
    # a number of JSON that becomes a text: bare stars would be no JSON any more
    Rule(pattern=rf"(:\s*){_DIGITS}(\s*[,}}\]])", replacement='${1}"***"${2}', look=_LONG),
    Rule(pattern=rf"\b{_DIGITS}\b", replacement=MASK, look=_LONG),
)
TOKENS = (
    Rule(
        pattern=r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}",
        replacement="${1} ***",
        signs=("bearer", "basic"),
    ),
    Rule(
        pattern=r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
        replacement=MASK,
        signs=("eyj",),
    ),
    Rule(
        pattern=r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|xox[abprs]-[A-Za-z0-9-]{10,}"
        r"|(?:AKIA|ASIA)[A-Z0-9]{16}|sk_(?:live|test)_[A-Za-z0-9]{10,})",
        replacement=MASK,
        signs=("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "xox", "akia", "asia", "sk_"),
    ),
    Rule(
        pattern=rf"-----BEGIN {_ARMOUR}(?:[^-]|\n)*(?:-----END {_ARMOUR})?",
        replacement=MASK,
        signs=("-----begin",),
    ),
)
PASSWORDS = (
    Rule(
        pattern=r"(://[^\s/:@\"]*:)[^\s/@\"]+@",
        replacement="${1}***@",
        signs=("@",),
    ),
    Rule(
        pattern=rf'(?i)("[a-z0-9_.-]*(?:{_SECRETS})"\s*:\s*")(?:[^"\\]|\\.)*',
        replacement="${1}***",
        signs=_NAMED,
    ),
    Rule(
        pattern=rf"(?i)\b([a-z0-9_.-]*(?:{_SECRETS})\s*[=:]\s*)[^\s\"',;&}})\]]+",
        replacement="${1}***",
        signs=_NAMED,
    ),
)
ADDRESSES = (
    Rule(
        pattern=r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+",
        replacement=MASK,
        signs=("@",),
    ),
)
KINDS: Mapping[str, tuple[Rule, ...]] = {
    "cards": CARDS,
    "tokens": TOKENS,
    "passwords": PASSWORDS,
    "addresses": ADDRESSES,
}
_LOWER = 'log.cache["lower"]'


def step(kinds: tuple[str, ...]) -> Step | None:
    """The statements that mask these kinds; None for none."""
    rules = [rule for kind in kinds for rule in KINDS[kind]]
    if not rules:
        return None
    return Step(
        name="mask",
        conditions=("IsString(log.body)",),
        statements=(
            f"set({_LOWER}, ToLowerCase(log.body))",
            *(
                f'replace_pattern(log.body, "{quoted(each.pattern)}",'
                f' "{quoted(each.replacement)}") where {_signed(each)}'
                for each in rules
            ),
        ),
    )


def _signed(rule: Rule) -> str:
    """The condition under which a line is searched for a rule's pattern."""
    found = [f'Index({_LOWER}, "{quoted(each)}") >= 0' for each in rule.signs]
    found += [f'IsMatch(log.body, "{quoted(rule.look)}")'] if rule.look else []
    return " or ".join(found)
