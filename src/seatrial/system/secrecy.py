"""Secrets that stand in the file where a reference should, found by their look."""

import re
from collections.abc import Iterator

from seatrial.system.mask import SECRET_NAME
from seatrial.system.problem import Problem, Severity
from seatrial.system.translate import dotted
from seatrial.system.tree import Node, find

# TOKEN_TTL and SECRET_FILE speak of a secret and are none.
_ABOUT_A_SECRET = re.compile(
    r"_(file|path|dir|ttl|seconds|minutes|expiry|expires|length|name|header|url|issuer|rounds)$",
    re.IGNORECASE,
)
# Every part is bounded, since a value can be a megabyte long.
_URL_PASSWORD = re.compile(r"://[^\s/@:]{0,256}:(?P<password>[^\s/@]{1,512})@")
_BEARER = re.compile(r"(?:Bearer|Basic|Token) +[^\s$]{8,}", re.IGNORECASE)


def check_secrets(root: Node) -> Iterator[Problem]:
    """Warnings for values that look like secrets; the value itself is never quoted."""
    for path, node in find(root, "services.*.environment.*"):
        text = node.text if node.text is not None else node.value
        if not isinstance(text, str) or not text:
            continue
        name = str(path[-1])
        if SECRET_NAME.search(name) and not _ABOUT_A_SECRET.search(name) and "${" not in text:
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
