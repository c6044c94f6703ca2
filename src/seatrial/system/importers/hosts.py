"""Host names inside of texts: what a variable, an argument or a configuration file speaks of."""

import re
from collections.abc import Iterator

_HOST = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?"
_URL = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.-]{{0,30}}://(?:[^\s/@\"']{{0,512}}@)?(?P<hosts>{_HOST}(?::[0-9]{{1,5}})?"
    rf"(?:,{_HOST}(?::[0-9]{{1,5}})?){{0,50}})"
)
_WITH_PORT = re.compile(
    rf"(?<![A-Za-z0-9_.@/:-])(?P<host>{_HOST}):(?P<port>[0-9]{{2,5}})(?![0-9.:])"
)
_KEYWORD = re.compile(
    rf"(?:^|[;\s])(?:server|host|data source|addr|address)\s*=\s*(?:tcp:)?(?P<host>{_HOST})",
    re.IGNORECASE,
)
_GO_MYSQL = re.compile(rf"@(?:tcp|udp)\((?P<host>{_HOST})(?::[0-9]{{1,5}})?\)")
_CLUSTER = re.compile(
    rf"(?<![A-Za-z0-9_.-])(?P<host>{_HOST}\.svc(?:\.[a-z0-9.-]{{1,200}})?)(?![\w-])"
)
_TOOLS = re.compile(
    rf"(?:\s-h\s*|--host(?:name)?[= ]\s*|\b(?:nslookup|ping|getent hosts|wait-for-it(?:\.sh)?|"
    rf"wait-for|dig|host)\s+(?:-[A-Za-z0-9]+\s+)*|\bnc\s+(?:-[A-Za-z0-9]+\s+(?:[0-9]+\s+)?)*)"
    rf"(?P<host>{_HOST})"
)
# A bare word is a host only where the variable's name says that it names one.
_SAYS_HOST = re.compile(
    r"(host|hosts|hostname|addr|address|addresses|server|servers|endpoint|endpoints|url|urls|uri|"
    r"service|svc|broker|brokers|upstream|backend|node|nodes|peer|peers|proxy|gateway|target|"
    r"seeds|contact_points|bootstrap)(_?name)?(_?[0-9])?$",
    re.IGNORECASE,
)
_LONGEST = 200_000
_LONGEST_LIST = 4_000


def mentioned(text: str) -> Iterator[str]:
    """Hosts that the form of the text gives away: in URLs, before a port, before `.svc`."""
    text = text[:_LONGEST]
    for match in _URL.finditer(text):
        for part in match["hosts"].split(","):
            yield part.partition(":")[0]
    for form in (_WITH_PORT, _KEYWORD, _GO_MYSQL, _CLUSTER):
        for match in form.finditer(text):
            yield match["host"]


def bare(name: str, value: str) -> Iterator[str]:
    """Bare words in the value of a variable, where its name says that it is a host's."""
    if len(value) <= _LONGEST_LIST and _SAYS_HOST.search(name):
        for word in re.split(r"[\s,;]+", value):
            if re.fullmatch(_HOST, word):
                yield word


def of_command(text: str) -> Iterator[str]:
    """Hosts in a command line, also those that tools such as `nc`, `pg_isready` are given bare."""
    yield from mentioned(text)
    for match in _TOOLS.finditer(text[:_LONGEST]):
        yield match["host"]
