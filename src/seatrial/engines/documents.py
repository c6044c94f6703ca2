"""YAML as engines read it: the one dumper that every engine's configuration goes through."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import yaml

_READER: Any = yaml.resolver.Resolver()  # PyYAML left it untyped
_TYPES: Any = yaml.representer.SafeRepresenter()
_STRING = "tag:yaml.org,2002:str"
_BEGIN = (yaml.StreamStartEvent(), yaml.DocumentStartEvent(explicit=False))
_END = (yaml.DocumentEndEvent(explicit=False), yaml.StreamEndEvent())
_MAP = yaml.MappingStartEvent(None, None, implicit=True, flow_style=False)
_MAP_END = yaml.MappingEndEvent()
_LIST = yaml.SequenceStartEvent(None, None, implicit=True, flow_style=False)
_LIST_END = yaml.SequenceEndEvent()


@lru_cache(maxsize=1 << 14)
def _text(value: str, style: str | None) -> yaml.Event:
    """A text, plain only where a reader takes it for one; names come back thousands of times."""
    plain = _READER.resolve(yaml.ScalarNode, value, (True, False)) == _STRING
    return yaml.ScalarEvent(None, None, (plain, True), value, style=style)


def _scalar(value: Any) -> yaml.Event:
    """A value that is no text, written so that a reader knows its type. Raises YAMLError."""
    return yaml.ScalarEvent(None, None, (True, False), _TYPES.represent_data(value).value)


def _grow(events: list[yaml.Event], value: Any, *, blocks: bool) -> None:
    """Add a value's events. Nothing is shared: a reader sees every value where it stands."""
    kind = type(value)
    if kind is str:
        events.append(_text(value, "|" if blocks and "\n" in value else None))
    elif kind is dict:
        events.append(_MAP)
        for key, each in value.items():
            _grow(events, key, blocks=blocks)
            _grow(events, each, blocks=blocks)
        events.append(_MAP_END)
    elif kind is list or kind is tuple:
        events.append(_LIST)
        for each in value:
            _grow(events, each, blocks=blocks)
        events.append(_LIST_END)
    else:
        events.append(_scalar(value))


def _written(document: Any, *, blocks: bool = False) -> str:
    """A document by libyaml's emitter: ten thousand services make tens of megabytes of rules.

    It is given events, half a million for a thousand services. From values or nodes PyYAML would
    ask for the tag of each scalar twice, which takes several times as long as writing it.
    """
    events = [*_BEGIN]
    _grow(events, document, blocks=blocks)
    events += _END
    text: str = yaml.emit(events, Dumper=yaml.CSafeDumper, width=100, allow_unicode=True)
    return text


_HEADER = "# Written by seatrial from {source}; change that file, not this one.\n"


def to_yaml(document: Any, *, source: str = "seatrial.yaml") -> str:
    """A document as YAML text, keys in the order given, with a header that names its source."""
    return _HEADER.format(source=source) + _written(document)


def to_yaml_stream(documents: Iterable[Any], *, source: str = "seatrial.yaml") -> str:
    """Several documents as one YAML text, with one header; whole files in them stay readable."""
    bodies = (_written(each, blocks=True) for each in documents)
    return _HEADER.format(source=source) + "---\n".join(bodies)


def seconds(value: float) -> str:
    """A duration as Prometheus and Alertmanager write it: whole seconds, or milliseconds."""
    if value == int(value):
        whole = int(value)
        for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
            if whole and whole % size == 0:
                return f"{whole // size}{unit}"
        return f"{whole}s"
    return f"{round(value * 1000)}ms"
