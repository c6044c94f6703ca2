"""The environment of a container: written out, from ConfigMaps, from Secrets, from the cluster."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from seatrial.system.importers import hosts
from seatrial.system.importers.confidential import confidential
from seatrial.system.importers.cursor import Cursor
from seatrial.system.importers.kubernetes.config import Held, Reader
from seatrial.system.importers.sketch import Variable
from seatrial.system.mask import MASK
from seatrial.system.problem import Place
from seatrial.system.secrecy import hidden

_REFERENCE = re.compile(r"\$\$|\$\((?P<name>[A-Za-z_.-][A-Za-z0-9_.-]{0,250})\)")
_LONGEST = 100_000
# Each of a chain of variables can hold the one before it twice.
_MOST_GROWTH = 500
_STORE = "put it into the secret store of the environment, under the name that seatrial.yaml has"


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """A variable as it was read, and the hosts it speaks of. `text` has no repr: it may be secret.

    It is kept for the variables that refer to this one.
    """

    variable: Variable
    place: Place
    text: str | None
    words: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Without the text."""
        return f"Set({self.variable.name})"


def variables(container: Cursor, reader: Reader) -> dict[str, Set]:
    """The variables by name, later ones over earlier ones."""
    found: dict[str, Set] = {}
    for at in container.at("envFrom").items:
        for each in _whole(at, reader):
            found[each.variable.name] = each
    for at in container.at("env").items:
        each_or_none = _one(at, reader, found)
        if each_or_none is not None:
            found[each_or_none.variable.name] = each_or_none
    return found


def _whole(at: Cursor, reader: Reader) -> Iterator[Set]:
    prefix = at.at("prefix").text
    for step, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
        name = at.at(step, "name").text
        if not name:
            continue
        held = reader.get(kind, name)
        if held is None:
            at.approximated(
                f"all variables of the {kind} {name}, which is not among these files",
                "name its file too, or write the variables into seatrial.yaml",
            )
            return
        if not held.texts:
            at.approximated(
                f"all variables of the {kind} {name}, whose keys are not written here",
                "write the variables into seatrial.yaml",
            )
            return
        reader.config.variables_left -= len(held.texts)
        if reader.config.variables_left < 0:
            at.approximated(
                f"all variables of the {kind} {name}, which are too many in all",
                "import fewer files at once",
            )
            return
        at.imported(f"{len(held.texts)} variables of the {kind} {name}")
        reader.use(held, held.texts, "variables")
        for key in held.texts:
            yield _held(prefix + key, held, key, at.place, reader)
        return


def _held(name: str, held: Held, key: str, place: Place, reader: Reader) -> Set:
    text = held.texts[key]
    words = (*reader.mentions(held, key), *hosts.bare(name, text or ""))
    if held.secret:
        variable = Variable(name=name, value=None, secret=True, source="secret")
    else:
        secret = text is not None and confidential(name, text)
        value = None if secret or text is None else hidden(_escaped(text[:_LONGEST]))
        variable = Variable(name=name, value=value, secret=secret, source="config")
    return Set(variable=variable, place=place, text=text, words=words)


def _one(at: Cursor, reader: Reader, known: Mapping[str, Set]) -> Set | None:
    name = at.at("name").text
    if not name:
        at.dropped("a variable without a name", "give it a name")
        return None
    source = at.at("valueFrom")
    if not source:
        return _literal(at, name, known)
    for step, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
        reference = source.at(step)
        if reference:
            return _key(at, name, kind, reference, reader)
    at.approximated(
        f"the variable {name}, whose value only the cluster knows",
        "write into seatrial.yaml what it must be elsewhere, such as ${self.address}",
    )
    return Set(variable=Variable(name=name, value=None, source="host"), place=at.place, text=None)


def _key(
    at: Cursor,
    name: str,
    kind: str,
    reference: Cursor,
    reader: Reader,
) -> Set:
    owner, key = reference.at("name").text, reference.at("key").text
    held = reader.get(kind, owner)
    if kind == "Secret":
        at.approximated(f"the variable {name}, a secret whose value is not copied", _STORE)
    elif held is None or key not in held.texts:
        at.approximated(
            f"the variable {name}, whose value is not among these files",
            f"name the file that holds the {kind} {owner} with {key} too",
        )
    else:
        at.imported(f"the variable {name}, read from the {kind} {owner}")
    if held is not None and key in held.texts:
        reader.use(held, (key,), f"variable {name}")
        return _held(name, held, key, at.place, reader)
    secret = kind == "Secret"
    variable = Variable(
        name=name, value=None, secret=secret, source="secret" if secret else "config"
    )
    return Set(variable=variable, place=at.place, text=None)


def _literal(at: Cursor, name: str, known: Mapping[str, Set]) -> Set:
    value = at.at("value")
    written = (value.raw or "")[:_LONGEST]
    text = expanded(written, known)
    portable, lacking = _portable(written, known)
    shown = None if confidential(name, written) else hidden(portable)
    if shown is None:
        at.approximated(
            f"the variable {name}, which holds a secret: its value is not copied",
            f"{_STORE}, and into a Secret of the cluster",
        )
    elif shown != portable:
        at.approximated(
            f"the variable {name}, in which a secret was replaced by {MASK}",
            f"{_STORE}, and into a Secret of the cluster",
        )
    elif lacking:
        at.approximated(
            f"the variable {name}, made of {', '.join(lacking[:5])}, whose value is not copied",
            "check the variable in seatrial.yaml",
        )
    elif value and value.raw is None:
        at.approximated(f"the variable {name}, whose value is no text", "write it as a text")
    elif value and not value.is_text:
        at.approximated(
            f"the variable {name}, written as a number or a truth value, which a cluster refuses",
            "put the value in quotes",
        )
    else:
        at.imported(f"the variable {name}")
    variable = Variable(name=name, value=shown, secret=shown is None, source="inline")
    words = (*hosts.mentioned(text), *hosts.bare(name, text))
    return Set(variable=variable, place=at.place, text=text, words=words)


def expanded(text: str, known: Mapping[str, Set]) -> str:
    """`$(NAME)` replaced as Kubernetes does: by variables set before; unknown ones stay."""

    def value(match: re.Match[str]) -> str:
        if match["name"] is None:
            return "$"
        there = known.get(match["name"])
        if there is None or there.text is None or there.variable.value is None:
            return match[0]
        return there.text

    return _REFERENCE.sub(value, text)[: max(len(text), _MOST_GROWTH)]


def _portable(text: str, known: Mapping[str, Set]) -> tuple[str, tuple[str, ...]]:
    """The text as a sketch has it, and the variables in it that have no value there.

    Those stay as `${NAME}`, and a `${` of the text's own is doubled: see `Variable`.
    """
    parts: list[str] = []
    lacking: list[str] = []
    end = 0
    for match in _REFERENCE.finditer(text):
        parts.append(_escaped(text[end : match.start()]))
        end = match.end()
        there = known.get(match["name"]) if match["name"] else None
        if match["name"] is None:
            parts.append("$")
        elif there is None:
            parts.append(match[0])
        elif there.variable.value is None:
            lacking.append(match["name"])
            parts.append(f"${{{match['name']}}}")
        else:
            parts.append(there.variable.value)
    parts.append(_escaped(text[end:]))
    joined = "".join(parts)[: max(len(text), _MOST_GROWTH)]
    return joined, tuple(dict.fromkeys(lacking))


def _escaped(text: str) -> str:
    return text.replace("${", "$${")
