"""What a health check asks for: a page, a port, or a program."""

import re

from seatrial.system.importers.compose.values import switch
from seatrial.system.importers.documents import written
from seatrial.system.importers.sketch import CheckKind, HealthCheck
from seatrial.system.tree import Node

_HERE = r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]|\$\{?HOSTNAME\}?|\$\(hostname[^)]*\))"
_PORT = r"(?::(?P<port>\d{1,5}))?"
_PATH = r"""(?P<path>/[^\s'"`)|;&<>\\,]{0,500})?"""
_URL = re.compile(rf"https?://(?:{_HERE}|(?P<host>[A-Za-z][\w.-]{{0,200}})){_PORT}{_PATH}")
_BARE = re.compile(rf"\b(?:curl|wget|http)\b.{{0,300}}?\s['\"]?{_HERE}{_PORT}{_PATH}", re.DOTALL)
_NODE = re.compile(
    r"""(?:port:\s*(?P<port>\d{1,5}).{0,100}?)?path:\s*['"](?P<path>/[^'"]{0,500})['"]"""
)
_TCP = re.compile(rf"(?:\bnc\b.{{0,60}}?\s{_HERE}\s+|/dev/tcp/{_HERE}/)(?P<port>\d{{1,5}})")
_LAST = 65535


def read_check(node: Node, name: str) -> HealthCheck | None:
    """The health check of the service of that name; None where it says nothing."""
    if switch(node.child("disable")):
        return HealthCheck(kind=CheckKind.HEALTH, disabled=True)
    test = node.child("test")
    if test is None:
        return None
    if test.items is not None:
        argv = tuple(text for each in test.items if (text := written(each)) is not None)
    else:
        text = written(test)
        argv = () if text is None else ("CMD-SHELL", text)
    if not argv:
        return None
    if argv[0] == "NONE":
        return HealthCheck(kind=CheckKind.HEALTH, disabled=True)
    if argv[0] in {"CMD", "CMD-SHELL"}:
        argv = argv[1:]
    path, port = _asked(" ".join(argv)[:4096], name)
    return HealthCheck(kind=CheckKind.HEALTH, path=path, port=port, argv=argv)


def _asked(command: str, name: str) -> tuple[str, int | None]:
    command = command.replace("$${", "${")
    url = _URL.search(command)
    if url is not None and url["host"] in {None, name}:
        secure = url[0].startswith("https")
        return _path(url["path"]), _port(url["port"]) or (443 if secure else 80)
    bare = _BARE.search(command)
    if bare is not None:
        return _path(bare["path"]), _port(bare["port"]) or 80
    if "http" in command and (node := _NODE.search(command)) is not None:
        return _path(node["path"]), _port(node["port"])
    tcp = _TCP.search(command)
    return "", _port(tcp["port"]) if tcp is not None else None


def _path(text: str | None) -> str:
    # what a URL's fragment or an open reference begins is no part of a page's path
    return re.split(r"[#$]", text or "/", maxsplit=1)[0] or "/"


def _port(text: str | None) -> int | None:
    return int(text) if text and 1 <= int(text) <= _LAST else None
