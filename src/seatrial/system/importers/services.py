"""One container as a service of `seatrial.yaml`, in plain values."""

import re
import shlex
from dataclasses import dataclass
from typing import Any

from seatrial.system.importers.compose.interpolate import REFERENCE
from seatrial.system.importers.links import Hosts, Target, calls, parts, rewritten
from seatrial.system.importers.names import secret
from seatrial.system.importers.notes import Notes
from seatrial.system.importers.sketch import Container, Fidelity, Variable
from seatrial.system.mask import MASK
from seatrial.system.secrecy import hidden, is_secret
from seatrial.system.units import Duration, Size

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_PATH = re.compile(r"/[^\s\x00-\x1f]{0,2047}")
_PLAIN_WORD = re.compile(r"(?:[\w@%+=:,./-]|\$\{[a-z][\w.-]*\})+", re.ASCII)
_PLACEHOLDER = re.compile(r"\$\{([A-Za-z][A-Za-z0-9_.-]*)\}")
_MOST_TEXT = 8192
_DEFAULT_GRACE = 10.0
_MOST_CORES = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was decided of a container beside what it says itself.

    `exposed` is None where nobody was asked: then what is published is exposed, but for a product
    that keeps data (`keeper`).
    """

    target: Target
    hosts: Hosts
    needs: tuple[str, ...]
    build: str
    owner: str
    keeper: str = ""
    exposed: bool | None = None


def service(container: Container, given: Given, notes: Notes) -> dict[str, Any]:
    """The service's keys in the order of writing."""
    found: dict[str, Any] = {"owner": given.owner}
    found |= _runs(container, given, notes)
    if given.target.ports:
        found["ports"] = dict(given.target.ports)
        if _exposed(container, given, notes):
            found["exposed"] = True
    if given.needs:
        found["needs"] = list(given.needs)
    environment = _environment(container, given, notes)
    if environment:
        found["environment"] = environment
    metrics = _metrics(container, given.target)
    if metrics:
        found["metrics"] = metrics
    health = _health(container, given.target, notes)
    if health:
        found["health"] = health
    if container.replicas is not None and container.replicas[1] > 1:
        least, most = max(1, container.replicas[0]), container.replicas[1]
        found["scale"] = least if least == most else {"min": least, "max": most}
    limits = bounds(container)
    if limits:
        found["limits"] = limits
    if container.grace is not None and container.grace != _DEFAULT_GRACE:
        found["grace"] = str(Duration(round(container.grace, 6)))
    return found


def _runs(container: Container, given: Given, notes: Notes) -> dict[str, Any]:
    """build, image and run: at least one of them, and never the first two at once."""
    build, image = (each.strip()[:_MOST_TEXT] for each in (given.build, container.image))
    if build:
        if image and not container.build:
            notes.note(
                container, "image", f"is built here by another service: becomes build {build}"
            )
        elif image:
            notes.note(container, "image", "the name of what is built here; build says it already")
        found = {"build": build}
        run = _run(container, given, notes)
        return found | ({"run": run} if run else {})
    if container.command:
        notes.note(
            container,
            "command",
            "the command of an image is not described",
            f"beside the {_source(container)} it stays as it is; else write run",
            fidelity=Fidelity.DROPPED,
        )
    if image:
        references = REFERENCE.findall(image)
        if references:
            notes.note(
                container,
                "image",
                f"{', '.join(references)} has no value in these files",
                "write the image as it is in production, best by digest",
            )
        return {"image": image}
    notes.note(
        container, "", "neither image nor build is known", "write what it runs as image or build"
    )
    return {"image": given.target.name}


def _source(container: Container) -> str:
    """What a container's own file is called."""
    return "compose file" if container.kind == "service" else "manifest"


def _run(container: Container, given: Given, notes: Notes) -> str:
    words = container.command
    if not words:
        return ""
    changed = [_opened(rewritten("", each, given.hosts)) for each in words]
    text = " ".join(each if _PLAIN_WORD.fullmatch(each) else shlex.quote(each) for each in changed)
    fact = "command" if "command" in container.places else "entrypoint"
    reason = ""
    if any(MASK in each for each in words):
        reason = "holds a secret, which was not copied"
    elif "$${" in text or not _resolvable(text, given):
        reason = "uses variables of a shell, which seatrial would read as placeholders"
    elif words[0].startswith("-") or not words[0]:
        reason = "is only what the image's own program is given"
    elif len(text) > _MOST_TEXT or "\0" in text or shlex.split(text) != changed:
        reason = "cannot be written in one line"
    if reason:
        notes.note(
            container,
            fact,
            reason,
            "write run, if the local runtime is to start it",
            fidelity=Fidelity.DROPPED,
        )
        return ""
    return text


def _opened(text: str) -> str:
    """References without a value as secrets by name: the only texts that seatrial asks for."""
    return REFERENCE.sub(lambda match: f"${{secret.{match[1].lstrip('_') or 'x'}}}", text)


def _resolvable(text: str, given: Given) -> bool:
    """Whether every placeholder is one that `check` takes."""
    if "${" in _PLACEHOLDER.sub("", text):
        return False
    roots = {match.partition(".")[0] for match in _PLACEHOLDER.findall(text)}
    return roots <= {"secret", given.target.name, *given.needs}


def _exposed(container: Container, given: Given, notes: Notes) -> bool:
    published = [port for port in container.ports if port.published or port.reach]
    if given.exposed is not None:
        return given.exposed
    if not published:
        return False
    if given.keeper:
        for port in published:
            notes.note(
                container,
                f"ports.{port.number}/{port.protocol}",
                f"port {port.number} is published, but users do not speak to {given.keeper}",
                "write exposed: true if they do",
            )
        return False
    if all(
        address.startswith("127.") or address in {"localhost", "::1"}
        for port in published
        for address, _ in port.published
    ) and not any(port.reach for port in published):
        notes.note(
            container,
            f"ports.{published[0].number}/{published[0].protocol}",
            "published to its own machine alone; taken for what stands behind another proxy",
            "delete exposed if no user's request reaches it",
        )
    return True


def _environment(container: Container, given: Given, notes: Notes) -> dict[str, Any]:
    own = given.target.name
    others = {
        host: target
        for host, target in given.hosts.items()
        if target.name in given.needs and target.name != own
    }
    values = {each.name: each.value or "" for each in container.variables}
    belonging = parts(values, others) if len(values) <= 500 else {}  # noqa: PLR2004 - no person's file
    around = _Around(others=others, belonging=belonging)
    found: dict[str, Any] = {}
    for each in container.variables:
        if _VARIABLE.fullmatch(each.name) is None:
            notes.note(
                container,
                f"environment.{each.name}",
                "its name is none that a shell could set",
                "give it by a file of the product's own",
                fidelity=Fidelity.DROPPED,
            )
            continue
        value = _value(container, each, around, given, notes)
        if value is not None:
            found[each.name] = value
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """Of a variable: who else can be called, and what belongs to a store's address by its name."""

    others: Hosts
    belonging: dict[str, str]


def _value(
    container: Container, variable: Variable, around: _Around, given: Given, notes: Notes
) -> Any:
    fact = f"environment.{variable.name}"
    reference = {"secret": secret(variable.name, "secret")}
    belongs = around.belonging.get(variable.name)
    if belongs is not None:
        notes.note(container, fact, f"becomes {belongs}, which a runtime gives")
        return belongs
    if variable.secret or variable.value is None:
        return reference if variable.secret else None
    text = _opened(rewritten(variable.name, variable.value, around.others))
    if "$${" in text or not _resolvable(text, given) or "\0" in text:
        notes.note(
            container,
            fact,
            "holds ${, which seatrial would read as a placeholder",
            "write the value without it",
            fidelity=Fidelity.DROPPED,
        )
        return None
    looks = is_secret(variable.name, text) and "${" not in text
    if MASK in text or looks or hidden(text) != text:
        return reference
    if text != variable.value and any(calls(variable.name, variable.value, around.others)):
        notes.note(container, fact, "points at what a runtime gives, by placeholders")
    return text


def _metrics(container: Container, target: Target) -> dict[str, Any]:
    shown = container.metrics
    if shown is not None and shown.port is not None:
        port = next((key for key, each in target.ports.items() if each == shown.port), shown.port)
        other = shown.path != "/metrics" and _PATH.fullmatch(shown.path)
        return {"port": port} | ({"path": shown.path} if other else {})
    labels = container.labels
    scraped = labels.get("prometheus.io/scrape", "").lower() == "true"
    port = labels.get("prometheus.io/port", "")
    name = ""
    if port.isdigit():
        name = next((key for key, each in target.ports.items() if str(each) == port), "")
    if not name and "metrics" in target.ports:
        name = "metrics"
    if not name and scraped and target.ports:
        name = next(iter(target.ports))
    if not name or labels.get("prometheus.io/scrape", "").lower() == "false":
        return {}
    path = labels.get("prometheus.io/path", "")
    return {"port": name} | ({"path": path} if _PATH.fullmatch(path) else {})


def _health(container: Container, target: Target, notes: Notes) -> dict[str, Any]:
    asked = [
        check
        for check in container.checks
        if not check.disabled
        and check.kind != "startup"
        and _PATH.fullmatch(check.path)
        and "$" not in check.path
    ]
    if not asked or not target.ports:
        return {}
    found: dict[str, Any] = {}
    port = ""
    for check in asked:
        live = check.kind == "live" or (check.kind == "health" and "live" in check.path.lower())
        key = "live" if live else "ready"
        found.setdefault(key, check.path)
        if "healthcheck.test" in container.places:  # of a probe its own lines are told
            _tell_health(container, f"becomes health.{key}: {check.path}", check.port, notes)
        port = port or next(
            (key for key, number in target.ports.items() if number == check.port), ""
        )
    if port and port != next(iter(target.ports)):
        found["port"] = port
    return found


def _tell_health(container: Container, said: str, port: int | None, notes: Notes) -> None:
    """That a check became health; not in whole where the port that it asks is nowhere declared."""
    declared = {each.number for each in container.ports if each.protocol == "tcp"}
    if port in declared or (port is None and declared):
        notes.note(container, "healthcheck.test", said, fidelity=Fidelity.IMPORTED)
    else:
        asked = "a port that is not written" if port is None else f"port {port}"
        notes.note(
            container,
            "healthcheck.test",
            f"{said}; it asks {asked}, which is now among its ports",
            "check health and ports",
        )


def bounds(container: Container) -> dict[str, Any]:
    """`limits` of a service or a store."""
    found: dict[str, Any] = {}
    if container.bounds.memory:
        found["memory"] = str(Size(container.bounds.memory))
    if container.bounds.cpu and container.bounds.cpu <= _MOST_CORES:
        found["cpu"] = round(float(container.bounds.cpu), 3) or 0.001
    return found
