"""The file's JSON Schema with the sections that capabilities own: what editors read."""

import json
from functools import cache
from typing import Any

from seatrial.app import registry
from seatrial.system.schema import json_schema

PATH = "schema.json"


def schema() -> dict[str, Any]:
    """One JSON Schema (2020-12) of everything that seatrial.yaml may say."""
    found = json_schema(registry.sections())
    definitions = found.setdefault("$defs", {})
    for capability in registry.capabilities():
        if not capability.section:
            continue
        prefix = f"{capability.section}."
        own = capability.settings.model_json_schema(ref_template=f"#/$defs/{prefix}{{model}}")
        definitions |= {f"{prefix}{name}": one for name, one in own.pop("$defs", {}).items()}
        found["properties"][capability.section] = own
    return found


@cache
def text() -> str:
    """The schema as it is written to `.seatrial/schema.json`.

    It follows from what is installed, and takes half of the time of planning a small system:
    `up` and `prove` plan several times.
    """
    return json.dumps(schema(), indent=1, sort_keys=True) + "\n"
