"""Paths of pages, as a step expects them: `*` stands for one segment. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

STAR = "*"
SEGMENT = r"([^/?#]+)"


def matches(pattern: str, url: str) -> bool:
    """Whether the page's path is that; its query counts only where the pattern has one."""
    return _match(pattern, url) is not None


def starred(pattern: str, url: str) -> str | None:
    """What the first `*` stands for in the URL of a page, None where it is another page."""
    found = _match(pattern, url)
    return found[1] if found is not None and found.re.groups else None


def _match(pattern: str, url: str) -> re.Match[str] | None:
    parts = urlsplit(url)
    path = parts.path or "/"
    if "?" in pattern:
        path += f"?{parts.query}"
    return re.fullmatch(SEGMENT.join(re.escape(each) for each in pattern.split(STAR)), path)


def shown(url: str) -> str:
    """A URL without what may be somebody's: user, query, fragment."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"}:
        return f"{parts.scheme}:"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:300]
