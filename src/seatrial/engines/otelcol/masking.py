r"""What must never be stored, as statements over a line before anything else reads it.

A line is masked as it was written, so that every field that is taken from it later is masked, too.
The patterns are RE2. Card numbers, which need more than a pattern, have a file of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from seatrial.engines.otelcol import cards
from seatrial.engines.otelcol.cards import MASK
from seatrial.engines.otelcol.config import Step
from seatrial.engines.otelcol.quoting import quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Each match of `pattern` becomes `replacement`.

    A line is searched only where it holds one of `signs`: patterns cost ten times what looking for
    a text costs. Signs are in lower case, and found in any.
    """

    pattern: str
    replacement: str
    signs: tuple[str, ...]


_SECRETS = "password|passwd|passphrase|secret|token|api_?key|access_?key|private_?key"
_NAMED = ("pass", "secret", "token", "_key", "apikey", "accesskey", "privatekey")
_ARMOUR = "[A-Z ]*PRIVATE KEY-----"

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
        pattern=r"(?i)\b(password\s+)'(?:[^']|'')*'",  # of a statement that makes a role
        replacement="${1}'***'",
        signs=("password",),
    ),
    Rule(
        pattern=rf'(?i)("[a-z0-9_.-]*(?:{_SECRETS})"\s*:\s*")(?:[^"\\]|\\.)*',
        replacement="${1}***",
        signs=_NAMED,
    ),
    Rule(
        # within a text of JSON a quotation mark stands behind a backslash, and both must stay
        pattern=rf"(?i)\b([a-z0-9_.-]*(?:{_SECRETS})\s*[=:]\s*)(?:[^\s\"'\\,;&}})\]]|\\[^\s\"])+",
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
RULES: Mapping[str, tuple[Rule, ...]] = {
    "tokens": TOKENS,
    "passwords": PASSWORDS,
    "addresses": ADDRESSES,
}
KINDS = ("cards", *RULES)
_LOWER = 'log.cache["lower"]'


def step(kinds: tuple[str, ...]) -> Step | None:
    """The statements that mask these kinds; None for none."""
    if not kinds:
        return None
    rules = [rule for kind in kinds for rule in RULES.get(kind, ())]
    return Step(
        name="mask",
        conditions=("IsString(log.body)",),
        statements=(
            *(cards.statements() if "cards" in kinds else ()),
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
    return " or ".join(f'Index({_LOWER}, "{quoted(each)}") >= 0' for each in rule.signs)
