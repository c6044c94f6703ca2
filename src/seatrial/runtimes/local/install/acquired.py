"""What a source gave: programs below a stage, not checked yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquired:
    """Programs by name, and the environment that they need."""

    programs: Mapping[str, Path] = field(hash=False)
    env: Mapping[str, str] = field(default_factory=dict, hash=False)
