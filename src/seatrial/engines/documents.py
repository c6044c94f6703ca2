"""YAML as engines read it: the one dumper that every engine's configuration goes through."""

from typing import Any

import yaml

_HEADER = "# Written by seatrial from {source}; change that file, not this one.\n"


def to_yaml(document: Any, *, source: str = "seatrial.yaml") -> str:
    """A document as YAML text, keys in the order given, with a header that names its source.

    libyaml's emitter is used: ten thousand services make tens of megabytes of rules.
    """
    body = yaml.dump(
        document, Dumper=yaml.CSafeDumper, sort_keys=False, width=100, allow_unicode=True
    )
    return _HEADER.format(source=source) + body


def seconds(value: float) -> str:
    """A duration as Prometheus and Alertmanager write it: whole seconds, or milliseconds."""
    if value == int(value):
        whole = int(value)
        for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
            if whole and whole % size == 0:
                return f"{whole // size}{unit}"
        return f"{whole}s"
    return f"{round(value * 1000)}ms"
