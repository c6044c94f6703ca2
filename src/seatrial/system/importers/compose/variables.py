"""Variables of a service: written out, from env_file, from the host; secrets only by name."""

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from seatrial.system.fault import shown
from seatrial.system.importers.compose.dotenv import read_lines
from seatrial.system.importers.compose.interpolate import REFERENCE, escaped, fill
from seatrial.system.importers.compose.values import switch
from seatrial.system.importers.documents import written
from seatrial.system.importers.ledger import Ledger
from seatrial.system.importers.sketch import Entry, Fidelity, Variable
from seatrial.system.mask import MASK
from seatrial.system.problem import Place
from seatrial.system.secrecy import hidden, is_default, is_secret, is_switch, names_secret
from seatrial.system.tree import Node

_HOW = "give it to seatrial's secret store under that name"
_SHORTEST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is needed to read variables: files, values, the ledger, and secrets seen so far.

    `service` is the service's name, `folder` that of the compose file. `seen` collects the values
    of secrets, so that they can be hidden wherever else they were written; it never leaves this
    package.
    """

    text_of: Callable[[str], str | None]
    lookup: Callable[[str], str | None]
    ledger: Ledger
    folder: str
    service: str
    seen: set[str]


def read_variables(
    service: Node, name: str, context: Context
) -> tuple[tuple[Variable, ...], dict[str, Place]]:
    """The variables in their order, what is written out over what files say; and their places."""
    found: dict[str, Variable] = {}
    places: dict[str, Place] = {}
    files = service.child("env_file")
    if files is not None:
        listed = files.items
        for at, item in enumerate([files] if listed is None else listed):
            subject = f"services.{name}.env_file" + ("" if listed is None else f".{at}")
            _from_file(item, subject, context, found, places)
    environment = service.child("environment")
    for key, node in ((environment.entries if environment is not None else None) or {}).items():
        assert environment is not None  # noqa: S101 - it has entries
        place = environment.key_place(key)
        found[key] = _inline(key, node, f"services.{name}.environment.{key}", place, context)
        places[f"environment.{key}"] = place
    return tuple(found.values()), places


def _inline(key: str, node: Node, subject: str, place: Place, context: Context) -> Variable:
    text = written(node)
    if node.entries is not None or node.items is not None:
        context.ledger.tell(
            Fidelity.DROPPED, subject, place, "its value is no text", "write one value in quotes"
        )
        return Variable(name=key, value=None)
    source = "inline"
    if text is None:
        value = context.lookup(key)
        text, source = (f"${{{key}}}", "host") if value is None else (escaped(value), "inline")
    return judged(key, text, source, place, context=context)


def judged(key: str, text: str, source: str, place: Place, *, context: Context) -> Variable:
    """The variable without what must not be copied, and its line of the ledger."""
    subject = f"services.{context.service}.environment.{key}"
    references = REFERENCE.findall(text)
    whole = references[0] if len(references) == 1 and text == f"${{{references[0]}}}" else None
    tell = context.ledger.tell
    if is_secret(key, text) or (whole and names_secret(whole)):
        if not references and len(text) >= _SHORTEST:
            context.seen.add(text)
        tell(Fidelity.APPROXIMATED, subject, place, "a secret: named, not copied", _HOW)
        return Variable(
            name=key,
            value=None,
            secret=True,
            source="host" if references else source,
            weak=is_default(text),
        )
    if whole is not None:
        tell(
            Fidelity.DROPPED,
            subject,
            place,
            f"{whole} has no value in these files",
            f"write {key} under environment in seatrial.yaml",
        )
        return Variable(name=key, value=None, source="host")
    covered = hidden(text)
    if covered != text:
        tell(
            Fidelity.APPROXIMATED,
            subject,
            place,
            "holds a secret, which was not copied",
            _HOW,
        )
    elif references:
        named = ", ".join(dict.fromkeys(references))
        tell(
            Fidelity.APPROXIMATED,
            subject,
            place,
            f"holds {named}, whose value is not in these files",
            "check the variable in seatrial.yaml",
        )
    return Variable(name=key, value=covered, source=source, weak=is_default(text))


def _from_file(
    item: Node,
    subject: str,
    context: Context,
    found: dict[str, Variable],
    places: dict[str, Place],
) -> None:
    long = item.child("path")
    node = item if long is None else long
    path = written(node)
    if not path:
        return
    where = posixpath.normpath(posixpath.join(context.folder, path))
    text = context.text_of(where)
    if text is None:
        optional = switch(item.child("required")) is False
        context.ledger.tell(
            Fidelity.DROPPED,
            subject,
            node.place,
            f"{shown(path)} was not found, so its variables are not known",
            "" if optional else "bring it in where the file is, or write the variables",
        )
        return
    raw = _written(item.child("format")) == "raw"
    lines, wrong = read_lines(text)
    for number in wrong[:20]:
        context.ledger.add(_wrong(subject, where, number))
    for line in lines:
        place = Place(where, line.number, 1)
        own = f"services.{context.service}.environment.{line.name}"
        value = line.value
        if value is None:
            value = context.lookup(line.name)
            if value is None:
                continue
            value = escaped(value)
        elif line.raw or raw:
            value = escaped(value)
        else:
            value = fill(value, context.lookup).text
        found[line.name] = judged(line.name, value, "env_file", place, context=context)
        context.ledger.default(Fidelity.IMPORTED, own, place, "becomes a variable")
        places[f"environment.{line.name}"] = place


def _written(node: Node | None) -> str | None:
    return None if node is None else written(node)


def _wrong(subject: str, file: str, number: int) -> Entry:
    return Entry(
        fidelity=Fidelity.DROPPED,
        subject=subject,
        place=Place(file, number, 1),
        summary="the line is no NAME=value",
        cure="correct it",
    )


def scrubbed(text: str, seen: set[str]) -> str:
    """The text with every secret hidden: by its look, and those whose value was seen elsewhere."""
    for each in seen:
        if each in text:
            text = text.replace(each, MASK)
    return hidden(text)


def scrubbed_words(words: tuple[str, ...], seen: set[str]) -> tuple[str, ...]:
    """A command's words, each scrubbed; what follows an option named as a secret is hidden."""
    return tuple(_scrubbed_words(words, seen))


def _scrubbed_words(words: tuple[str, ...], seen: set[str]) -> Iterator[str]:
    before, program = "", posixpath.basename(words[0]) if words else ""
    for word in words:
        option = before.startswith("-") and "=" not in before
        takes = (option and is_secret(before.strip("-"), word)) or _takes(program, before)
        if takes and not REFERENCE.fullmatch(word) and not is_switch(word):
            yield MASK
        elif program.startswith(("mysql", "mariadb")) and word.startswith("-p") and len(word) > 2:  # noqa: PLR2004 - more than the option itself
            yield f"-p{MASK}"
        else:
            yield scrubbed(word, seen)
        before = word


def _takes(program: str, option: str) -> bool:
    return (program, option) in {("redis-cli", "-a"), ("redis-cli", "--pass")} or option in {
        "--requirepass", "--masterauth",
    }  # fmt: skip
