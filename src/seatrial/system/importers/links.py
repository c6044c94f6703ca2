"""Who a variable points at, and the same value with placeholders for what a runtime gives.

`postgresql://app:x@db:5432/app` becomes a URL of `${db.user}`, `${db.password}`, `${db.host}` ...:
a store that seatrial runs has a user, a database and a generated password of its own. Of the
others only host and port change.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from seatrial.system.importers.names import secret
from seatrial.system.importers.sketch import Container
from seatrial.system.mask import MASK

_HOST_NAMES = re.compile(
    r"(^|[_.-]|^(?:pg|db|mysql|redis|mongo|amqp))(host|hosts|hostname|host_?name|server|servers|addr|address|addresses|endpoint"
    r"|broker|brokers|node|nodes|url|uri|seeds|contact_?points)$",
    re.IGNORECASE,
)
_PREFIX = re.compile(
    r"(?:host|hosts|hostname|host_?name|server|addr|address|endpoint|url|uri|jdbc_?url|dsn)$",
    re.IGNORECASE,
)
# The rest of a name behind a prefix that is known to be a store's, by what it stands for.
_PARTS = (
    ("port", re.compile(r"port(_?number)?", re.IGNORECASE)),
    ("user", re.compile(r"user(name|_?id)?|login", re.IGNORECASE)),
    ("password", re.compile(r"pass(word|wd)?|pw|pwd", re.IGNORECASE)),
    ("name", re.compile(r"name|db|database|db_?name|database_?name", re.IGNORECASE)),
)
_HOST = r"(?P<host>[A-Za-z0-9][\w.-]{0,252})"
_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{0,30})://"
    rf"(?:(?P<user>[^\s:/@]{{0,256}})(?::(?P<password>[^\s/@]{{0,512}}))?@)?"
    rf"{_HOST}(?::(?P<port>\d{{1,5}}))?(?P<path>/[\w.%-]{{1,256}})?"
)
_PAIR = re.compile(rf"(?<![\w.@/:-]){_HOST}:(?P<port>\d{{1,5}})(?![\w.-])")
_ALONE = re.compile(_HOST)
_KEYED = re.compile(
    rf"(?i)\b(?P<key>host|server|data source)=(?:tcp:)?{_HOST}(?:,(?P<port>\d{{1,5}}))?"
)
_PAIRS = tuple(
    (part, re.compile(rf"(?i)(\b(?:{keys})\s?=\s?)(?!\$)[^;\s,]{{0,256}}"))
    for part, keys in (
        ("port", "port"),
        ("user", "user(?:name)?|user ?id|uid"),
        ("password", "password|pwd"),
        ("name", "database|dbname|initial catalog"),
    )
)
_SCHEME_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "amqp": 5672, "mongodb": 27017}
_SQL = re.compile(r"postg|pg|psql|ecto|timescale", re.IGNORECASE)


@dataclass(slots=True)
class Target:
    """A container as others reach it: our name, whether it is a store, its ports by name."""

    name: str
    engine: str = ""
    ports: dict[str, int] = field(default_factory=dict)

    def port(self, number: int | None) -> str:
        """The placeholder of one of its ports; of the first, where none is named."""
        if self.engine or number is None:
            return f"${{{self.name}.port}}"
        names = list(self.ports)
        found = next((each for each in names if self.ports[each] == number), None)
        if found is None:
            return str(number)
        short = found == names[0]
        return f"${{{self.name}.port}}" if short else f"${{{self.name}.ports.{found}}}"


Hosts = Mapping[str, Target]


def said(container: Container) -> Iterator[tuple[str, str, str]]:
    """Everything in which a container may name another: the fact, the variable's name, the text."""
    for each in container.variables:
        if each.value is not None:
            yield f"environment.{each.name}", each.name, each.value
    for word in container.command:
        yield "command", "", word


def calls(name: str, value: str, hosts: Hosts) -> Iterator[tuple[Target, int | None]]:
    """Whom a variable's value calls, and on which port where it says so."""
    for match in _URL.finditer(value):
        if match["host"] in hosts:
            port = int(match["port"]) if match["port"] else _SCHEME_PORTS.get(match["scheme"])
            yield hosts[match["host"]], port
    for match in _PAIR.finditer(value):
        if match["host"] in hosts:
            yield hosts[match["host"]], int(match["port"])
    for match in _KEYED.finditer(value):
        if match["host"] in hosts:
            yield hosts[match["host"]], int(match["port"]) if match["port"] else None
    if _HOST_NAMES.search(name):
        for each in value.split(","):
            if each.strip() in hosts:
                yield hosts[each.strip()], None


def rewritten(name: str, value: str, hosts: Hosts) -> str:
    """The value with placeholders for host, port and, of a store, its user, password and base."""
    found = _URL.sub(lambda match: _url(name, match, hosts), value)
    found = _PAIR.sub(lambda match: _pair(match, hosts), found)
    keyed = next((each for each in _KEYED.finditer(value) if each["host"] in hosts), None)
    if keyed is not None:
        found = _KEYED.sub(lambda match: _keyed(match, hosts), found)
        found = _rest(found, hosts[keyed["host"]])
    if _HOST_NAMES.search(name):
        parts = [each.strip() for each in value.split(",")]
        if any(each in hosts for each in parts):
            found = ",".join(
                f"${{{hosts[each].name}.host}}" if each in hosts else each for each in parts
            )
    return found


def _url(name: str, match: re.Match[str], hosts: Hosts) -> str:
    target = hosts.get(match["host"])
    user, password = match["user"], match["password"]
    if password == MASK:
        password = f"${{secret.{secret(f'{name}_PASSWORD', 'PASSWORD')}}}"
    path = match["path"] or ""
    if target is None:
        login = "" if user is None else user + ("" if password is None else f":{password}") + "@"
        port = f":{match['port']}" if match["port"] else ""
        return f"{match['scheme']}://{login}{match['host']}{port}{path}"
    if target.engine == "postgres" and _SQL.match(match["scheme"]):
        # JDBC has user and password beside the URL, never in it
        before = match.string[max(0, match.start() - 5) : match.start()]
        user, password = f"${{{target.name}.user}}", f"${{{target.name}.password}}"
        if before == "jdbc:":
            user, password = None, None
        path = f"/${{{target.name}.name}}" if path else ""
    elif target.engine and password is not None:
        password = f"${{{target.name}.password}}"
    login = "" if user is None else user + ("" if password is None else f":{password}") + "@"
    asked = match["port"] or target.engine or target.ports
    number = int(match["port"]) if match["port"] else _SCHEME_PORTS.get(match["scheme"])
    port = f":{target.port(number)}" if asked else ""
    return f"{match['scheme']}://{login}${{{target.name}.host}}{port}{path}"


def _pair(match: re.Match[str], hosts: Hosts) -> str:
    target = hosts.get(match["host"])
    if target is None:
        return match[0]
    return f"${{{target.name}.host}}:{target.port(int(match['port']))}"


def _keyed(match: re.Match[str], hosts: Hosts) -> str:
    target = hosts.get(match["host"])
    if target is None:
        return match[0]
    port = f",{target.port(int(match['port']))}" if match["port"] else ""
    return f"{match['key']}=${{{target.name}.host}}{port}"


def _rest(text: str, target: Target) -> str:
    """The other pairs of `Host=db;Port=5432;Password=...`, where the host is a store."""
    if target.engine == "postgres":
        for part, form in _PAIRS:
            text = form.sub(rf"\g<1>${{{target.name}.{part}}}", text)
    return text


def parts(names: Mapping[str, str], hosts: Hosts) -> dict[str, str]:
    """Variables that belong to a store's address by their prefix, with their placeholders.

    Where `DB_HOST` names a store, `DB_PORT`, `DB_USER`, `DB_PASSWORD` and `DB_NAME` are its own.
    """
    found: dict[str, str] = {}
    for name, value in names.items():
        match = _PREFIX.search(name)
        if match is None:
            continue
        target = next((each for each, _ in calls(name, value, hosts)), None)
        prefix = name[: match.start()]
        if target is None or not prefix:
            continue
        for other in names:
            if other == name or not other.startswith(prefix):
                continue
            rest = other[len(prefix) :]
            part = next((each for each, form in _PARTS if form.fullmatch(rest)), None)
            if part == "port":
                number = names[other]
                wanted = int(number) if number.isdigit() and len(number) < 6 else None  # noqa: PLR2004 - a port's digits
                found[other] = target.port(wanted)
            elif (
                part is not None
                and target.engine
                and (part == "password" or target.engine == "postgres")
            ):
                found[other] = f"${{{target.name}.{part}}}"
    return found
