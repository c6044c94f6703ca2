"""YAML as engines read it: the one dumper that every engine's configuration goes through."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import yaml

_STRING = "tag:yaml.org,2002:str"
_READER: Any = yaml.resolver.Resolver()  # PyYAML left it untyped


@lru_cache(maxsize=1 << 14)
def _tag(value: str, implicit: tuple[bool, bool]) -> str:
    """The tag that a reader would give a scalar; names come back thousands of times."""
    found: str = _READER.resolve(yaml.ScalarNode, value, implicit)
    return found


class _Dumper(yaml.CSafeDumper):
    """libyaml's emitter, behind a representer for the three types that documents are made of.

    A thousand services make half a million values: looking each one up among PyYAML's representers
    takes longer than writing it. What is of another type still goes that way.
    """

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        """Nothing is shared: an engine's reader sees every value where it stands."""
        return True

    def represent_data(self, data: Any) -> yaml.Node:
        """The node of a value."""
        kind = type(data)
        if kind is str:
            return yaml.ScalarNode(_STRING, data)
        if kind is dict:
            pairs = [(self.represent_data(key), self.represent_data(data[key])) for key in data]
            return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=False)
        if kind is list:
            items = [self.represent_data(each) for each in data]
            return yaml.SequenceNode("tag:yaml.org,2002:seq", items, flow_style=False)
        return super().represent_data(data)

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
        """The tag of a value that the document does not say."""
        if kind is yaml.ScalarNode:
            return _tag(value, implicit)
        found: str = _READER.resolve(kind, value, implicit)
        return found


class _Blocks(_Dumper):
    """With texts of several lines as they are: whole files stand in them, for people to read."""

    def represent_data(self, data: Any) -> yaml.Node:
        """The node of a value."""
        if type(data) is str and "\n" in data:
            return yaml.ScalarNode(_STRING, data, style="|")
        return super().represent_data(data)


_HEADER = "# Written by seatrial from {source}; change that file, not this one.\n"


def to_yaml(document: Any, *, source: str = "seatrial.yaml") -> str:
    """A document as YAML text, keys in the order given, with a header that names its source.

    libyaml's emitter is used: ten thousand services make tens of megabytes of rules.
    """
    body = yaml.dump(document, Dumper=_Dumper, sort_keys=False, width=100, allow_unicode=True)
    return _HEADER.format(source=source) + body


def to_yaml_stream(documents: Iterable[Any], *, source: str = "seatrial.yaml") -> str:
    """Several documents as one YAML text, with one header; whole files in them stay readable."""
    bodies = (
        yaml.dump(each, Dumper=_Blocks, sort_keys=False, width=100, allow_unicode=True)
        for each in documents
    )
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
