"""Secrets that stand in the file where a reference should, found by their look."""

import re
from collections.abc import Iterator
from itertools import chain

from seatrial.system.mask import DEFINED, KEPT_NAME, LOOKS, MASK, SECRET_NAME, URL_PASSWORD
from seatrial.system.problem import Problem, Severity
from seatrial.system.translate import dotted
from seatrial.system.tree import Node, find

# TOKEN_TTL and SECRET_FILE speak of a secret and are none.
_ABOUT_A_SECRET = re.compile(
    r"[_.-](files?|path|dir|ttl|seconds|minutes|hours|days|expir\w*|lifetime|length|size|name|header"
    r"|(?<!hook_)ur[li]|endpoint|issuer|audience|algorithms?|hasher|rounds|region|domain|count"
    r"|limit|max|min|type|method|prefix)$|(?:^|[_.-])(max|min|num|expires?)[_.-]|expir\w{0,9}_min$",
    re.IGNORECASE,
)
# TOKENS_PER_MINUTE=500 counts; the value of an ACCESS_TOKEN is one however short it is.
_ONLY_A_TOKEN = re.compile(r"token(?!$)", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,6}")
# TLS_KEY=/certs/tls.pem says where the key is.
_KEY_FILE = re.compile(r"\.{0,2}/[\w./-]{1,512}\.(?:pem|key|crt|cert|p8|p12|pfx|jks)")
# ALLOW_EMPTY_PASSWORD=yes: no secret is one of two words.
_SWITCHES = frozenset({"", "true", "false", "yes", "no", "on", "off", "0", "1", "none"})
# What images, tutorials and hurried people choose.
_DEFAULTS = frozenset(
    {"password", "passwd", "pass", "passw0rd", "p@ssw0rd", "postgres", "root", "admin", "secret",
     "changeme", "change-me", "change_me", "changeit", "changethis", "example", "test", "guest",
     "mysql", "mariadb", "mongo", "redis", "rabbitmq", "minioadmin", "minio123", "123", "1234",
     "12345", "123456", "12345678", "qwerty", "letmein", "default", "user", "toor", "supersecret"}
)  # fmt: skip
_CALLED = ("label", "placeholder", "selector", "name")  # what says what a field is for
_BEARER = re.compile(r"(?:Bearer|Basic|Token) +[^\s$]{8,}", re.IGNORECASE)
# `http://api:80/a@b` has a port, `http://u:80/a@b` a password: a warning must not be wrong.
_PORT = re.compile(r"\d{1,5}[/?#]")
_REFERENCE = re.compile(r"\$\{[\w.-]{1,256}(?::?[-=]\*\*\*)?\}")
# What else a text of somebody else can hold: `key=value`, options, defaults.
_GIVEN = (
    re.compile(
        r"(?i)(?P<name>(?:(?<!com)(?<!by)pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key"
        r"|basicauth[\w.-]{0,64})[\w-]{0,64})"
        r"""["']? ?[=:]>? ?["']?(?P<password>[^\s"';&,$][^\s"';&,]{0,511})"""
    ),
    re.compile(
        r"(?i)(?:\brequire|\s--?[\w-]{0,64})(?:pass(?:word|wd|phrase)?|secret|token|api-?key) +"
        r"""["']?(?P<password>[^\s"';&,$-][^\s"';&,]{0,511})"""
    ),
)
# `--token ${TOK:-abc}`: a default under a secret's name, whatever the variable's.
_DEFAULT = re.compile(
    r"(?i)(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key)[\w-]{0,64}[\"']?"
    r"(?: ?[=:]>? ?| +)[\"']?"
    r"\$\{(?:\w{1,128}:[-=]|(?-i:[A-Z_\d]{1,128})-)(?P<password>[^{}]{1,512})\}"
)
_NAMED_DEFAULT = re.compile(r"\$\{(?P<name>\w{1,128}):?[-=](?P<password>[^{}]{1,512})\}")
_NAMED = (
    re.compile(
        r"""(?<![\w.-])(?P<name>[A-Za-z_][\w.-]{0,127})["']?\s?=>?\s?["']?"""
        r"""(?P<password>[^\s"';&,$=][^\s"';&,]{0,511})"""
    ),
    re.compile(DEFINED.pattern + r"""\s{0,9}["'](?P<password>[^"']{1,512})"""),
)


def names_secret(name: str) -> bool:
    """Whether a variable, a label or an option of that name holds a secret, so is not copied."""
    return bool(KEPT_NAME.search(name)) and not _ABOUT_A_SECRET.search(name)


def is_secret(name: str, text: str) -> bool:
    """Whether a value is not copied at all, most often because of its name.

    `yes`, a count and the path of a key are no secrets. An address of which nobody can tell where
    its password ends (`http://api:80/a@b`) is one as a whole.
    """
    if names_secret(name) and not _tells_nothing(name, text):
        return True
    return any(_PORT.match(each["password"]) for each in URL_PASSWORD.finditer(text))


def _tells_nothing(name: str, text: str) -> bool:
    if is_switch(text) or _KEY_FILE.fullmatch(text):
        return True
    other = KEPT_NAME.search(_ONLY_A_TOKEN.sub("", name))
    return not other and _NUMBER.fullmatch(text.strip()) is not None


def is_switch(text: str) -> bool:
    """Whether a text is one of the words that turn something on or off, so no secret."""
    return text.strip().lower() in _SWITCHES


def is_default(text: str) -> bool:
    """Whether a secret, or the password of a URL, is one that everybody tries first."""
    found = URL_PASSWORD.search(text)
    return (found["password"] if found else text).casefold() in _DEFAULTS


def hidden(text: str) -> str:
    """The text with every secret that can be told by its look replaced by `***`."""
    text = _NAMED_DEFAULT.sub(_named, text)
    for pattern in (_DEFAULT, *LOOKS, *_GIVEN):
        text = pattern.sub(_covered, text)
    for pattern in _NAMED:
        text = pattern.sub(_named, text)
    return text


def _named(match: re.Match[str]) -> str:
    return _covered(match) if is_secret(match["name"], match["password"]) else match[0]


def _covered(match: re.Match[str]) -> str:
    start, end = match.start("password") - match.start(), match.end("password") - match.start()
    whole, word = match[0], match["password"]
    name = match.groupdict().get("name") or ""
    if _REFERENCE.fullmatch(word) or set(word) <= {"*"} or _tells_nothing(name or "token", word):
        return whole
    if name and _ABOUT_A_SECRET.search(name):
        return whole
    return whole[:start] + MASK + whole[end:]


def check_secrets(root: Node) -> Iterator[Problem]:
    """Warnings for values that look like secrets; the value itself is never quoted."""
    for path, node in find(root, "services.*.environment.*"):
        text = node.text if node.text is not None else node.value
        if not isinstance(text, str) or not text:
            continue
        name = str(path[-1])
        warned = SECRET_NAME.search(name) and is_secret(name, text)
        if warned and "${" not in text:
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
    yield from _sent(root)


def _sent(root: Node) -> Iterator[Problem]:
    """What journeys send along, or fill in."""
    for path, node in chain(
        find(root, "journeys.*.steps.*.headers.*"), find(root, "journeys.*.cleanup.*.headers.*")
    ):
        if isinstance(node.value, str) and _BEARER.fullmatch(node.value):
            yield _warning(path, node, "holds a secret", "write ${secret.NAME} in it")
    for path, node in find(root, "journeys.*.browser.*.fill"):
        yield from _filled(path, node)


def _filled(path: tuple[str | int, ...], field: Node) -> Iterator[Problem]:
    """What is filled into a field that is called as one for a secret."""
    value = field.child("value")
    called = [each.value for name in _CALLED if (each := field.child(name)) is not None]
    if value is None or not isinstance(value.value, str) or "${" in value.value:
        return
    if any(isinstance(each, str) and SECRET_NAME.search(each) for each in called):
        yield _warning((*path, "value"), value, "holds a secret", "write ${secret.NAME} in it")


def _has_password(text: str) -> bool:
    return any(
        "${" not in match["password"] and not _PORT.match(match["password"])
        for match in URL_PASSWORD.finditer(text)
    )


def _warning(path: tuple[str | int, ...], node: Node, what: str, cure: str) -> Problem:
    return Problem("ST1501", node.place, f"{dotted(path)} {what}", cure, Severity.WARNING)
