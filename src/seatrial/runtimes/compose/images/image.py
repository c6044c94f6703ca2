"""An image that is there, as those who start workloads need it. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

ENGINE, VERSION, INPUTS, STAND_IN = (
    "seatrial.engine",
    "seatrial.version",
    "seatrial.inputs",
    "seatrial.stand-in",
)
TOOL = "seatrial.tool."  # before an engine's name: the version of its programs that stand beside


class Source(StrEnum):
    """Where an image came from."""

    OFFICIAL = "official"  # pulled from its registry
    BUILT = "built"  # made here of the programs in the cache of engines
    YOURS = "yours"  # built from the user's Dockerfile, or named by the user
    STAND_IN = "stand-in"  # made here under the name of an image that could not be had


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image in the container engine.

    `reference` is what to write where an image is named: by digest where it has one. `id` is its
    content's digest, `size` in bytes. `tag` is its name
    with a tag. `version` is that of the engine in it, `tools` are those of other engines whose
    programs stand beside; `calls` maps its programs to paths where they are not on the image's
    PATH under their own name.
    """

    reference: str
    id: str
    source: Source
    version: str = ""
    size: int = 0
    tag: str = ""
    calls: Mapping[str, str] = field(default_factory=dict, hash=False)
    tools: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def name(self) -> str:
        """A name that outlives leaving this container engine: a digest of a registry does not."""
        return self.tag or self.reference

    def program(self, name: str) -> str:
        """How a program is called in this image."""
        return self.calls.get(name, name)
