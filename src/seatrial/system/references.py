"""What the parts of a file say of each other: owners, needs, journeys, ports, regions."""

from collections.abc import Iterable, Iterator

from seatrial.system.fault import shown
from seatrial.system.problem import Place, Problem
from seatrial.system.suggest import Suggester
from seatrial.system.translate import dotted
from seatrial.system.tree import Node, find, names

_NEEDED = ("services", "stores", "externals")
_SUBJECTS = (
    *_NEEDED,
    "journeys",
    "slos",
    "metrics",
    "regions",
    "teams",
    "environments",
)
_OWNERS = ("teams", "people")
# Pattern of the reference, what it is called, code, where the candidates are declared.
_REFERENCES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("services.*.owner", "owner", "ST1203", _OWNERS),
    ("stores.*.owner", "owner", "ST1203", _OWNERS),
    ("externals.*.owner", "owner", "ST1203", _OWNERS),
    ("journeys.*.owner", "owner", "ST1203", _OWNERS),
    ("exceptions.*.owner", "owner", "ST1203", _OWNERS),
    ("services.*.needs.*", "need", "ST1204", _NEEDED),
    ("journeys.*.start", "service", "ST1205", ("services",)),
    ("journeys.*.through.*", "service", "ST1205", ("services",)),
    ("stores.*.exporter", "service", "ST1205", ("services",)),
    ("slos.*.service", "service", "ST1205", ("services",)),
    ("metrics.*.service", "service", "ST1205", ("services",)),
    ("slos.*.journey", "journey", "ST1206", ("journeys",)),
    ("teams.*.members.*", "person", "ST1207", ("people",)),
    ("services.*.regions.*", "region", "ST1208", ("regions",)),
    ("stores.*.regions.*", "region", "ST1208", ("regions",)),
    ("exceptions.*.subject", "subject", "ST1209", _SUBJECTS),
)
_RESERVED = frozenset({"self", "system", "secret"})
_MOST_LISTED = 5
_MOST_CYCLES = 20
_SHOWN_CYCLE = 10


def check_references(root: Node, suggester: Suggester) -> Iterator[Problem]:
    """Every name that refers to something this file does not declare, and names used twice."""
    for pattern, what, code, declared in _REFERENCES:
        candidates = _declared(root, declared)
        if code == "ST1209":
            candidates |= _system_names(root)
        for path, node in find(root, pattern):
            if isinstance(node.value, str) and node.value not in candidates:
                holder = path[:-1] if isinstance(path[-1], str) else path[:-2]
                yield Problem(
                    code,
                    node.place,
                    f"unknown {what} {shown(node.value)} in {dotted(holder)}",
                    suggester.cure(
                        node.value, candidates, _declare(node.value, declared, candidates)
                    ),
                )
    yield from _shared_names(root)
    yield from _ports(root, suggester)
    yield from _cycles(root)


def _declared(root: Node, sections: Iterable[str]) -> set[str]:
    found = {name for section in sections for name in names(root, section)}
    if "regions" in sections and not names(root, "regions"):
        found.add("home")
    if "environments" in sections:
        found.add("rehearsal")
    return found


def _system_names(root: Node) -> set[str]:
    node = root.child("system")
    return {node.value} if node is not None and isinstance(node.value, str) else set()


def _declare(word: str, sections: tuple[str, ...], candidates: set[str]) -> str:
    if len(sections) > len(_NEEDED):
        return "name something that this file declares"
    places = " or ".join(sections)
    if 0 < len(candidates) <= _MOST_LISTED:
        return f"write {' or '.join(sorted(candidates))}, or declare it under {places}"
    if not candidates and len(word) < 40:  # noqa: PLR2004 - fits on the line
        return f"declare it under {places}, for example {sections[0]}: {{{word}: ...}}"
    return f"declare it under {places}"


def _shared_names(root: Node) -> Iterator[Problem]:
    first: dict[str, tuple[str, Place]] = {}
    # a journey is the subject of alerts and proofs, as a service is
    for section in (*_NEEDED, "journeys"):
        holder = root.child(section)
        for name in names(root, section):
            place = root.place if holder is None else holder.key_place(name)
            if name in _RESERVED:
                yield Problem(
                    "ST1213", place, f"the name {shown(name)} is reserved", "choose another name"
                )
            elif name in first:
                other, there = first[name]
                yield Problem(
                    "ST1212",
                    place,
                    f"{section}.{name} has the name of {other}.{name} in line {there.line}",
                    "rename one of them",
                )
            else:
                first[name] = (section, place)


def _ports(root: Node, suggester: Suggester) -> Iterator[Problem]:
    for pattern in ("services.*.metrics.port", "services.*.health.port"):
        for path, node in find(root, pattern):
            ports = names(root, "services", str(path[1]), "ports")
            if isinstance(node.value, str) and node.value not in ports:
                otherwise = f"write one of {', '.join(ports)}" if ports else "add it to ports"
                yield Problem(
                    "ST1211",
                    node.place,
                    f"unknown port {shown(node.value)} in {dotted(path[:-1])}",
                    suggester.cure(node.value, ports, otherwise),
                )
    for path, node in find(root, "services.*.health"):
        service = str(path[1])
        if node.child("port") is None and not names(root, "services", service, "ports"):
            yield Problem(
                "ST1211",
                node.place,
                f"services.{service} has health but no port",
                "add ports, for example ports: {http: 8000}",
            )
    for path, node in find(root, "services.*.ports"):
        numbers: dict[int, str] = {}
        for name, port in (node.entries or {}).items():
            if not isinstance(port.value, int) or isinstance(port.value, bool):
                continue
            if port.value in numbers:
                yield Problem(
                    "ST1215",
                    port.place,
                    f"{dotted(path)}.{name} has the number of {numbers[port.value]}, {port.value}",
                    "give each port its own number",
                )
            numbers.setdefault(port.value, name)


def _cycles(root: Node) -> Iterator[Problem]:
    """Cycles of needs, each at the need that closes it; depth first without recursion."""
    edges: dict[str, list[tuple[str, Node]]] = {name: [] for name in names(root, "services")}
    for path, node in find(root, "services.*.needs.*"):
        if isinstance(node.value, str) and node.value in edges:
            edges[str(path[1])].append((node.value, node))
    finished: set[str] = set()
    found = 0
    for start, first in edges.items():
        if start in finished:
            continue
        walk = [(start, iter(first))]
        position = {start: 0}
        while walk:
            name, remaining = walk[-1]
            step = next(remaining, None)
            if step is None:
                walk.pop()
                del position[name]
                finished.add(name)
                continue
            target, node = step
            if target in position:
                found += 1
                if found > _MOST_CYCLES:
                    return
                yield _cycle([step[0] for step in walk[position[target] :]], target, node)
            elif target not in finished:
                position[target] = len(walk)
                walk.append((target, iter(edges[target])))


def _cycle(members: list[str], closing: str, node: Node) -> Problem:
    if len(members) > _SHOWN_CYCLE:
        members = [*members[: _SHOWN_CYCLE - 1], "...", members[-1]]
    return Problem(
        "ST1210",
        node.place,
        f"needs go in a circle: {' -> '.join([*members, closing])}",
        "remove one of these needs",
    )
