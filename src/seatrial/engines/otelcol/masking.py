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
from seatrial.system.naming import KEYS, WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Each match of `pattern` becomes `replacement`.

    A line is searched only where it holds one of `signs`: patterns cost ten times what looking for
    a text costs. Signs are in lower case, and found in any.
    """

    pattern: str
    replacement: str
    signs: tuple[str, ...]


# `token` alone counts as often as it is one (`tokens=512`, `token_count`): of what may follow it,
# only what leaves it a secret. What follows the others is theirs: `password_confirmation`.
_WHOLE = "|".join(each for each in WORDS if each != "token")
_SECRETS = (
    rf"(?:{_WHOLE}|pwd)[\w.-]*|token(?:[_-]?(?:value|\d{{1,3}}))?"
    rf"|(?:{'|'.join(KEYS)})[_.-]?key|[_.-]pass"
)
_NAMED = (
    *("passw", "passphrase", "pwd", "secret", "token", "credential"),
    *("_key", "-key", ".key", *(f"{each}key" for each in KEYS)),
    *("_pass", "-pass", ".pass"),
)
_NAME = rf"[a-z0-9_.-]*(?:{_SECRETS})"
_IS = r"\s*(?:=>|[=:])\s*"  # between a name and its value, whatever the language
_ARMOUR = "[A-Z ]*PRIVATE KEY-----"

TOKENS = (
    Rule(
        pattern=r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}",
        replacement="${1} ***",
        signs=("bearer", "basic"),
    ),
    Rule(  # of any other scheme (RFC 9110, 11.6.2)
        pattern=r"(?i)(authorization\\*[\"']?\s*[=:]\s*\\*[\"']?[a-z0-9_-]+\s+)[^\s\"'\\,]{8,}",
        replacement="${1}***",
        signs=("authorization",),
    ),
    Rule(  # of none
        pattern=r"(?i)(authorization\\*[\"']?\s*[=:]\s*\\*[\"']?)"
        r"(?:[a-z._~+/=-]+\d[a-z0-9._~+/=-]{6,}|[a-z0-9._~+/=-]{16,})",
        replacement="${1}***",
        signs=("authorization",),
    ),
    Rule(  # all that a client sends, or is told to keep (RFC 6265)
        pattern=r"(?i)(cookies?\\*[\"']?\s*[=:]\s*\[?\\*[\"']?)"
        r"[^\s\"'\\;=]+=[^\s\"'\\;]*(?:; ?[^\s\"'\\;=]+(?:=[^\s\"'\\;]*)?)*",
        replacement="${1}***",
        signs=("cookie",),
    ),
    Rule(
        pattern=r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
        replacement=MASK,
        signs=("eyj",),
    ),
    Rule(  # forms that their issuers document
        pattern=r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{16,}|glpat-[\w-]{16,}"
        r"|xox[a-z]-[A-Za-z0-9-]{10,}|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[\w-]{30,}"
        r"|[spr]k_(?:live|test)_[A-Za-z0-9]{10,}|sk-[\w-]{20,}|whsec_[\w+/=]{16,}"
        r"|npm_[A-Za-z0-9]{30,}|hf_[A-Za-z0-9]{20,}|SG\.[\w-]{16,}\.[\w-]{16,})",
        replacement=MASK,
        signs=(
            *("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox"),
            *("akia", "asia", "aiza", "sk_", "pk_", "rk_", "sk-", "whsec_", "npm_", "hf_", "sg."),
        ),
    ),
    Rule(
        pattern=rf"-----BEGIN {_ARMOUR}(?:[^-]|\n)*(?:-----END {_ARMOUR})?",
        replacement=MASK,
        signs=("-----begin",),
    ),
)
PASSWORDS = (
    # A password may hold `/` and `@` as they are, so that it goes up to the last `@`; digits
    # before a `/` are a port.
    Rule(
        pattern=r"(://[^\s/:@\"']*:)"
        r"(?:[^\s/\"'@]*[^\s/\"'@\d][^\s\"']*|\d+|\d{6,}[^\s\"']*)@",
        replacement="${1}***@",
        signs=("@",),
    ),
    Rule(
        pattern=r"(?i)\b(password\s+)'(?:[^']|'')*'",  # of a statement that makes a role
        replacement="${1}'***'",
        signs=("password",),
    ),
    Rule(  # an option of a command
        pattern=rf"(?i)(--{_NAME}\s+)[^\s\"'-][^\s\"']*",
        replacement="${1}***",
        signs=_NAMED,
    ),
    Rule(  # in double quotes: JSON, logfmt, YAML
        pattern=rf'(?i)\b({_NAME}["\']?{_IS}")(?:[^"\\]|\\.)*',
        replacement="${1}***",
        signs=_NAMED,
    ),
    Rule(  # JSON within a string of JSON
        pattern=rf"""(?i)\b({_NAME}(?:\\+["'])?{_IS}\\+")(?:[^"\\]|\\\\\\?.)*""",
        replacement="${1}***",
        signs=_NAMED,
    ),
    Rule(  # in single quotes: shells, Python, Ruby
        pattern=rf"""(?i)\b({_NAME}\\*["']?{_IS}[a-z]?')(?:[^'\\]|\\.|'')*""",
        replacement="${1}***",
        signs=_NAMED,
    ),
    Rule(  # a number or a list of JSON: what stands there afterwards must still be JSON
        pattern=rf'(?i)("{_NAME}"\s*:\s*)(?:-?[0-9][0-9.e+-]*|\[[^\[\]{{}}]*\])',
        replacement='${1}"***"',
        signs=_NAMED,
    ),
    Rule(
        # within a text of JSON a quotation mark stands behind a backslash, and both must stay
        pattern=rf"""(?i)\b({_NAME}(?:\\+"|')?{_IS})"""
        r"""[^\s"',;&>(){}\[\]\\](?:[^\s"'\\,;&})\]]|\\[^\s"'])*""",
        replacement="${1}***",
        signs=_NAMED,
    ),
)
ADDRESSES = (
    Rule(
        pattern=r"[A-Za-z0-9._%+-]{1,64}(?:@|%40)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+",
        replacement=MASK,
        signs=("@", "%40"),  # of a query, too (RFC 3986, 2.1)
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
    # many rules share their signs, which are looked for once
    told = {
        signs: f'log.cache["signs{at}"]'
        for at, signs in enumerate(dict.fromkeys(each.signs for each in rules))
    }
    return Step(
        name="mask",
        conditions=("IsString(log.body)",),
        statements=(
            *(cards.statements() if "cards" in kinds else ()),
            f"set({_LOWER}, ToLowerCase(log.body))",
            *(f'set({told[each]}, "some") where {_signed(each)}' for each in told),
            *(
                f'replace_pattern(log.body, "{quoted(each.pattern)}",'
                f' "{quoted(each.replacement)}") where {told[each.signs]} != nil'
                for each in rules
            ),
        ),
    )


def _signed(signs: tuple[str, ...]) -> str:
    """The condition under which a line is searched for the patterns of these signs."""
    return " or ".join(f'Index({_LOWER}, "{quoted(each)}") >= 0' for each in signs)
