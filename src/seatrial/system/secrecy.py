"""Secrets that stand in the file where a reference should, found by their look."""

import re
from collections.abc import Iterator

from seatrial.system.problem import Problem, Severity
from seatrial.system.translate import dotted
from seatrial.system.tree import Node, find

HIDDEN = "***"
_SECRET_NAME = re.compile(
    r"password|passwd|passphrase|secret|token|api_?key|private_?key|credential"
    r"|(access|account|app|auth|encryption|jwt|license|master|signing|webhook)_?key"
    r"|(^|[_.-])(pass|pwd|pw)($|[_.-])|basic_?auth|erlang_?cookie|htpasswd|[_.-]salt$|webhook_?url",
    re.IGNORECASE,
)
# TOKEN_TTL and SECRET_FILE speak of a secret and are none.
_ABOUT_A_SECRET = re.compile(
    r"_(file|path|dir|ttl|seconds|minutes|expiry|expires|length|name|header|(?<!hook_)url|issuer"
    r"|rounds)$",
    re.IGNORECASE,
)
# ALLOW_EMPTY_PASSWORD=yes: no secret is one of two words.
_SWITCHES = frozenset({"", "true", "false", "yes", "no", "on", "off", "0", "1"})
# Every part is bounded, since a value can be a megabyte long.
_URL_PASSWORD = re.compile(r"://[^\s/@:]{0,256}:(?P<password>[^\s/@]{1,512})@")
_BEARER = re.compile(r"(?:Bearer|Basic|Token) +[^\s$]{8,}", re.IGNORECASE)
# What a text of somebody else can hold: passwords of URLs, of Go's MySQL addresses, of `key=value`
# and of options; keys that providers give a look of their own.
_KEPT = (
    _URL_PASSWORD,
    re.compile(r"://(?P<password>[0-9a-fA-F]{16,512})@"),
    re.compile(r"^[^\s:/@]{1,256}:(?P<password>[^\s@]{1,512})@(?:tcp|unix)\("),
    re.compile(
        r"(?i)(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|basicauth[\w.-]{0,64})"
        r"""[\w-]{0,64}["']? ?[=:] ?["']?(?P<password>[^\s"';&,$][^\s"';&,]{0,511})"""
    ),
    re.compile(
        r"(?i)(?:\brequire|\s--?[\w-]{0,64})(?:pass(?:word|wd|phrase)?|secret|token|api-?key) +"
        r"""["']?(?P<password>[^\s"';&,$-][^\s"';&,]{0,511})"""
    ),
    re.compile(r"(?i)\b(?:mysql|mariadb)[\w-]{0,20}\b.{0,200}?\s-p(?P<password>[^\s$]{1,512})"),
    re.compile(r"(?i)\bredis-cli\b.{0,200}?\s-a +(?P<password>[^\s$]{1,512})"),
    re.compile(r"\s(?:-u|--user)[ =]+[^\s:]{1,256}:(?P<password>[^\s$]{1,512})"),
    re.compile(r"(?P<password>-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*)", re.DOTALL),
    re.compile(r"hooks\.slack\.com/services/(?P<password>\S{1,512})"),
    re.compile(
        r"\b(?P<password>AKIA[0-9A-Z]{16}|gh[pousr]_\w{20,255}|glpat-[\w-]{20,255}"
        r"|xox[a-z]-[\w-]{10,255}|sk_(?:live|test)_\w{10,255}|sk-[\w-]{20,255}"
        r"|eyJ[\w-]{10,4096}\.[\w-]{10,4096}\.[\w-]{5,4096})"
    ),
)


def names_secret(name: str) -> bool:
    """Whether a variable, a label or an option of that name holds a secret, by its look."""
    return bool(_SECRET_NAME.search(name)) and not _ABOUT_A_SECRET.search(name)


def is_switch(text: str) -> bool:
    """Whether a text is one of the words that turn something on or off, so no secret."""
    return text.strip().lower() in _SWITCHES


def hidden(text: str) -> str:
    """The text with every secret that can be told by its look replaced by `***`."""
    for pattern in _KEPT:
        text = pattern.sub(_covered, text)
    return text


def _covered(match: re.Match[str]) -> str:
    start, end = match.start("password") - match.start(), match.end("password") - match.start()
    whole, word = match[0], match["password"]
    if word.startswith("${") or set(word) <= {"*"} or is_switch(word):
        return whole
    return whole[:start] + HIDDEN + whole[end:]


def check_secrets(root: Node) -> Iterator[Problem]:
    """Warnings for values that look like secrets; the value itself is never quoted."""
    for path, node in find(root, "services.*.environment.*"):
        text = node.text if node.text is not None else node.value
        if not isinstance(text, str) or not text:
            continue
        name = str(path[-1])
        if names_secret(name) and not is_switch(text) and "${" not in text:
            yield _warning(path, node, "holds a secret", "write {secret: NAME}")
        elif _has_password(text):
            yield _warning(path, node, "holds a URL with a password", "write ${secret.NAME} in it")
    for pattern in ("services.*.run", "externals.*.url"):
        for path, node in find(root, pattern):
            if isinstance(node.value, str) and _has_password(node.value):
                yield _warning(
                    path,
                    node,
                    "holds a URL with a password",
                    "write ${secret.NAME} in it" if path[-1] == "run" else "write it without",
                )
    for path, node in find(root, "journeys.*.steps.*.headers.*"):
        if isinstance(node.value, str) and _BEARER.fullmatch(node.value):
            yield _warning(path, node, "holds a secret", "write ${secret.NAME} in it")


def _has_password(text: str) -> bool:
    return any("${" not in match["password"] for match in _URL_PASSWORD.finditer(text))


def _warning(path: tuple[str | int, ...], node: Node, what: str, cure: str) -> Problem:
    return Problem("ST1501", node.place, f"{dotted(path)} {what}", cure, Severity.WARNING)
