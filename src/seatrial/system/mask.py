"""A line of the file as it may be shown: what may be a secret is masked, by its look alone.

Nothing is parsed: a line is shown because something is wrong with it, often its YAML. So the
indentation, the names and the values themselves decide, and in doubt less is shown. Placeholders
(`${database.password}`) and references (`{secret: NAME}`) are no secrets and stay.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from seatrial.system.naming import KEYS, WORDS
from seatrial.system.printable import printable

MASK = "***"
LONGEST = 160  # characters; a longer line hides what it is shown for
_LOOKED_AT = 4096  # characters of a line; what lies behind them may be anything
# Names of which a warning is seldom wrong.
SECRET_NAME = re.compile(
    rf"{'|'.join(WORDS)}|({'|'.join(KEYS)})_?key"
    r"|(^|[_.-])(pass|pwd|pw)($|[_.-])|basic_?auth|erlang_?cookie|htpasswd|[_.-]salt$|webhook_?url",
    re.IGNORECASE,
)
# Also names whose values are never copied: a warning would be wrong about them too often.
KEPT_NAME = re.compile(
    SECRET_NAME.pattern
    + r"|(?<!public)(?<!public[_.-])(?:^|[_.-])key$|(?:^|[_.-])(?:auth|authorization|jwt|pat|salt)$"
    r"|(?<!by)(?<!com)(?<!tres)pass$|pwd$|cookie$|(?:^|[_.-])slack_?signing|hmac|unseal",
    re.IGNORECASE,
)
# Also names whose values nobody misses in a line that is shown.
_NAME = re.compile(
    KEPT_NAME.pattern + r"|(?:access|signing|routing|encryption)_?key|pager|cookie|pwd|dsn"
    r"|(?:^|[_.-])(?:auth|authorization|pass|salt|key)(?:$|[_.-])",
    re.IGNORECASE,
)
# What stands below them may be a secret whatever its name is; misspelt ones too.
_CONTAINER = re.compile(r"env(?!ironments$)\w*|headers?|vars|variables", re.IGNORECASE)
# The names below these are the user's own: a service may be called token-service.
_SECTIONS = frozenset(
    {
        "people",
        "teams",
        "regions",
        "services",
        "stores",
        "externals",
        "metrics",
        "journeys",
        "slos",
        "environments",
    }
)
_PLACEHOLDER = re.compile(r"(\$\{[a-z][\w-]{0,63}(?:\.[\w-]{1,63}){1,3}\})")
_BETWEEN = ("", ":", "@", "/", ".", "'", '"')  # signs beside placeholders that tell nothing
_REFERENCE = re.compile(r"\{\s*secret:\s*[A-Za-z][\w-]{0,62}\s*\}")
_REFERRED = re.compile(r"secret:\s*[A-Za-z][\w-]{0,62}\s*")
_LEAD = r"\s*(?:-\s+)*"
_BEFORE = re.compile(_LEAD)
_KEY = re.compile(rf"(?P<lead>{_LEAD})[\"']?(?P<name>[\w.$-]{{1,128}})[\"']?\s*:(?=\s|$)")
# A name with what follows it: `name:` and `name=`; `--name `; in front of a line also `name `.
_GIVEN = re.compile(r"(?<![\w.-])-{0,2}(?P<name>[A-Za-z_][\w.-]{0,127})(?:[\"']?\s{0,9}[:=]>?)")
_OPTION = re.compile(r"(?<![\w-])--?(?P<name>[A-Za-z][\w.-]{0,127})(?:\s|[\"']\s{0,9},)")
# `define('NAME', 'value')` of PHP, and `setenv("NAME", "value")`.
DEFINED = re.compile(r"\w\s{0,3}\(\s{0,9}[\"'](?P<name>[A-Za-z_][\w.-]{0,127})[\"']\s{0,9},")
# An option that is all of a list's item: its value is the next item.
_ASKING = re.compile(rf"{_LEAD}[\"']?--?(?P<name>[A-Za-z][\w.-]{{0,127}})[\"']?,?\s*")
_ARMOUR = re.compile(r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----")
_FIRST = re.compile(rf"^{_LEAD}[\"']?(?P<name>[A-Za-z_][\w.-]{{0,127}})[\"']?\s+(?=[^\s:=])")
_USER = re.compile(r"(?<=://)\S{1,512}(?=@)")
# The password ends at the last `@`, since people write `@` and `/` into passwords as they are.
URL_PASSWORD = re.compile(r"://(?!\S{0,99}:\d{1,5}/@)[^\s/:]{0,256}:(?P<password>\S{1,512})@")
# A URL that was cut off before its `@`; a port is no password.
_CUT_OFF = re.compile(
    r"://[^\s/:@]{1,256}:(?P<password>(?!\d{1,5}(?:[/?#\"']|\s|$))[^\s@]{1,512})\s*$"
)
# How a value tells that it is a secret, whatever its name: its group `password` is it. Addresses,
# options of clients, headers, forms that issuers document; at last what is too long and too mixed
# to be a word. Every part is bounded, since a value can be a megabyte long.
LOOKS = (
    URL_PASSWORD,
    re.compile(r"://(?P<password>[0-9a-fA-F]{16,512})@"),
    re.compile(r"(?<![^\s\"'=])[^\s:/@\"'=]{1,256}:(?P<password>\S{1,512})@(?:tcp|unix)\("),
    re.compile(
        r"(?i)\b(?:mysql|mariadb)[\w-]{0,20}\b.{0,200}?[\s\"']-p(?P<password>[^\s$]{1,512})"
    ),
    re.compile(r"(?i)\bredis-cli\b.{0,200}?[\s\"']-a[\s\"',]{1,9}(?P<password>[^\s$]{1,512})"),
    re.compile(r"[\s\"'](?:-u|--user)[\s\"',=]{1,9}[^\s:]{1,256}:(?P<password>[^\s$]{1,512})"),
    re.compile(r"\b(?i:bearer)\s{1,9}(?!\$\w)(?P<password>[^\s\"']{1,4096})"),
    re.compile(
        r"\b(?i:basic|token)\s{1,9}(?=[^\s\"']{0,512}[0-9A-Z=])(?P<password>[^\s\"'$]{8,4096})"
    ),
    re.compile(r"(?P<password>-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*)", re.DOTALL),
    re.compile(
        r"(?:hooks\.slack\.com/services/|discord(?:app)?\.com/api/webhooks/)"
        r"(?P<password>[^\s\"']{1,512})"
    ),
    re.compile(
        r"(?i:accountkey|sharedaccesskey|sharedaccesssignature|[?&]sig(?:nature)?)="
        r"(?P<password>[^\s;&\"'$]{1,512})"
    ),
    re.compile(
        r"\b(?P<password>[spr]k_(?:live|test)_\w{8,255}|gh[opsur]_\w{16,255}|github_pat_\w{16,255}"
        r"|glpat-[\w-]{16,255}|xox[a-z]-[\w-]{8,255}|A[KS]IA[A-Z0-9]{16}|AIza[\w-]{30,255}"
        r"|sk-[\w-]{20,255}|whsec_[\w+/=]{16,255}|npm_[A-Za-z0-9]{30,255}|hf_[A-Za-z0-9]{20,255}"
        r"|SG\.[\w-]{16,255}\.[\w-]{16,255}|\d{8,10}:[\w-]{35}(?![\w-])"
        r"|eyJ[\w-]{8,4096}(?:\.[\w-]{0,4096}){1,4})"
    ),
    re.compile(
        r"(?<![\w:])(?=[A-Za-z+]{0,511}\d)(?=[0-9+]{0,511}[A-Za-z])"
        r"(?P<password>[A-Za-z0-9+]{32,512}={0,2})"
    ),
)


def by_look(text: str) -> str:
    """A text without the passwords of its URLs, credentials of a header, and known tokens."""
    text = _USER.sub(lambda match: _hidden(match[0]), text)
    for pattern in (*LOOKS, _CUT_OFF):
        text = pattern.sub(_without, text)
    return text


def _without(match: re.Match[str]) -> str:
    start, end = match.start("password") - match.start(), match.end("password") - match.start()
    return match[0][:start] + _hidden(match["password"]) + match[0][end:]


def shown_lines(text: str) -> tuple[str | None, ...]:
    """Every line as it may be shown; None for one that is too long to be shown at all."""
    reader = _Reader()
    return tuple(reader.take(line) for line in text.splitlines())


def caret(written: str, shown: str, column: int) -> int:
    """The column, from 1, where a caret still stands right: at the first mask at the latest."""
    pairs = enumerate(zip(written, shown, strict=False), 1)
    return min(column, next((at for at, (one, other) in pairs if one != other), column))


def holds_secret(name: str) -> bool:
    """Whether what stands under that name may be a secret, or a collection of secrets."""
    return bool(_NAME.search(name) or _CONTAINER.fullmatch(name))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """A key, or the dash of a list's item, below which the next line may stand."""

    indent: int
    name: str = ""
    item: bool = False
    secret: bool = False


class _Reader:
    """Takes line after line and remembers below which keys the next one stands."""

    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._brackets = 0  # not closed yet, of a collection that may hold secrets
        self._armoured = False  # within a private key
        self._asked = False  # the line before was an option whose value is a secret

    def take(self, line: str) -> str | None:
        """The line as it may be shown."""
        if not line.strip():
            return line
        if self._armoured:
            self._armoured = "-----END" not in line
            return line[: _indent(line)] + MASK
        armour = _ARMOUR.search(line)
        self._armoured = armour is not None and "-----END" not in line[armour.end() :]
        comment = line.lstrip().startswith("#")
        if not comment and not self._brackets:
            self._close(line)
        below = self._asked or self._brackets > 0 or any(each.secret for each in self._open)
        shown = None if len(line) > LONGEST else self._masked(line.replace("\t", " "), below=below)
        if not comment:
            asking = _ASKING.fullmatch(line)
            self._asked = asking is not None and holds_secret(asking["name"])
            self._follow(line)
        return shown

    def _close(self, line: str) -> None:
        """Leave what ends where this line begins.

        A line that stands at no depth known so far is a mistake: then nothing is left.
        """
        indent = _indent(line)
        item = line.lstrip().startswith(("- ", "-\t")) or line.strip() == "-"
        if any(each.indent == indent for each in self._open):
            self._open = [
                each
                for each in self._open
                if each.indent < indent or (item and each.indent == indent and not each.item)
            ]

    def _follow(self, line: str) -> None:
        if self._brackets > 0:
            self._brackets = max(0, self._brackets + _unclosed(line))
            return
        found = _first_secret(line, self._own_name(line))
        if found is not None:
            self._brackets = max(0, _unclosed(line[found:]))
        before = _BEFORE.match(line)
        lead = before[0] if before else ""
        self._open += [_Open(indent=at, item=True) for at, sign in enumerate(lead) if sign == "-"]
        key = _KEY.match(line)
        if key is not None:
            secret = holds_secret(key["name"]) and self._own_name(line) is None
            self._open.append(_Open(indent=len(lead), name=key["name"], secret=secret))

    def _own_name(self, line: str) -> str | None:
        """The name that the user gave to a thing of a section, when the line begins with one."""
        key = _KEY.match(line)
        names = [each.name for each in self._open if not each.item]
        if key is not None and len(names) == 1 and names[0] in _SECTIONS:
            return key["name"]
        return None

    def _masked(self, line: str, *, below: bool) -> str:
        line = printable(line)
        if below:
            kept = self._kept(line)
            return line[:kept] + _hidden(line[kept:])
        at = _first_secret(line, self._own_name(line))
        if at is None:
            return by_look(line)
        return by_look(line[:at]) + _hidden(line[at:])

    def _kept(self, line: str) -> int:
        """How much of a line below a secret's name may be seen: its dashes, and its own name."""
        before = _BEFORE.match(line)
        start = before.end() if before else 0
        holder = self._open[-1] if self._open else _Open(indent=0)
        container = _CONTAINER.fullmatch(holder.name) is not None
        if holder.secret and not container and _REFERRED.fullmatch(line, start):
            return len(line)
        key = _KEY.match(line)
        return key.end() if key and (container or self._brackets > 0) else start


def _first_secret(line: str, own: str | None) -> int | None:
    """Where the first value begins that stands under a secret's name; `own` is no such name."""
    text = line[:_LOOKED_AT]
    references = [each.span() for each in _REFERENCE.finditer(text)]
    found = [
        next(_secrets(pattern.finditer(text), text, own, references), len(line))
        for pattern in (_GIVEN, _OPTION, _FIRST, DEFINED)
    ]
    first = min(*found, len(line) if text == line else len(text))
    return first if first < len(line) else None


def _secrets(
    names: Iterator[re.Match[str]], text: str, own: str | None, references: list[tuple[int, int]]
) -> Iterator[int]:
    """Where the value of each name begins that is a secret's and is not referred to."""
    for each in names:
        if not holds_secret(each["name"]) or each["name"] == own:
            continue
        value = each.end() + _indent(text[each.end() :])
        within = any(first <= each.start() < last for first, last in references)
        if not within and all(value != first for first, _ in references) and value < len(text):
            yield each.end()


def _hidden(text: str) -> str:
    """A text of which only placeholders, and a reference that is all of it, can still be seen."""
    bare = text.strip()
    if not bare or _REFERENCE.fullmatch(bare):
        return text
    lead = text[: len(text) - len(text.lstrip())]
    pieces = _PLACEHOLDER.split(bare)
    if len(pieces) == 1:
        return lead + MASK
    return lead + "".join(
        piece if number % 2 or piece in _BETWEEN else MASK for number, piece in enumerate(pieces)
    )


def _unclosed(text: str) -> int:
    """How many brackets a text opens and does not close, quotes aside."""
    bare = _PLACEHOLDER.sub("", text)
    return sum(map(bare.count, "{[")) - sum(map(bare.count, "}]"))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
