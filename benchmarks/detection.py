"""How many Sigma rules a second become LogsQL: the pack, and variants of each of its rules.

Reading the YAML, pySigma's parsing, the renaming of fields and the conversion are all counted; the
rules of the public Sigma repository cannot be had where this is measured.
"""

import time
from collections.abc import Mapping
from typing import Any

from seatrial.capabilities.detection.documents import read
from seatrial.capabilities.detection.rules import pack, rules
from seatrial.system.model import System

VARIANTS = 40
SYSTEM = {
    "system": "any",
    "services": {
        "edge": {
            "owner": "any",
            "image": "any",
            "ports": {"http": 80},
            "metrics": {"port": 81, "path": "/", "kind": "nginx"},
        }
    },
    "stores": {"db": {"engine": "postgres", "version": "15", "owner": "any"}},
}


def run() -> dict[str, Any]:
    """Rules, and rules a second of one core's time."""
    system = System.model_validate(SYSTEM)
    texts = {
        f"{number}/{name}": text.replace("title: ", f"title: v{number} ").replace(
            "\nname: ", f"\nname: v{number}_"
        )
        for number in range(VARIANTS)
        for name, text in pack().items()
    }
    read(pack())  # what is loaded once is not counted
    begun = time.process_time()
    found = rules(system, texts, without=frozenset(), owner="any")
    took = time.process_time() - begun
    count = len(found.rules) + len(found.correlations)
    return {"rules": count, "seconds": round(took, 2), "per_second": round(count / took)}


def told(result: Mapping[str, Any]) -> dict[str, float | None]:
    """The pace."""
    return {"Sigma rules converted a second": result["per_second"]}


def table(result: Mapping[str, Any]) -> str:
    """One row."""
    return (
        "| rules | CPU seconds | rules a second |\n| --- | --- | --- |\n"
        f"| {result['rules']} | {result['seconds']} | {result['per_second']} |"
    )
