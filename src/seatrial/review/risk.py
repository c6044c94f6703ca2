"""How much a finding weighs, and why: the order in which findings are told."""

from enum import StrEnum


class Risk(StrEnum):
    """What may come of it. Ordered: `Risk.LOW < Risk.HIGH`."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for the least."""
        return tuple(Risk).index(self)

    @property
    def meaning(self) -> str:
        """What a risk of this height stands for, in a sentence."""
        return _MEANINGS[self]

    def __lt__(self, other: object) -> bool:
        return self.rank < other.rank if isinstance(other, Risk) else NotImplemented

    def __le__(self, other: object) -> bool:
        return self.rank <= other.rank if isinstance(other, Risk) else NotImplemented

    def __gt__(self, other: object) -> bool:
        return self.rank > other.rank if isinstance(other, Risk) else NotImplemented

    def __ge__(self, other: object) -> bool:
        return self.rank >= other.rank if isinstance(other, Risk) else NotImplemented


_MEANINGS = {
    Risk.CRITICAL: "Data is lost, or strangers get in, as soon as something ordinary happens.",
    Risk.HIGH: "An ordinary fault becomes an outage, or nobody notices one.",
    Risk.MEDIUM: "A fault lasts longer, spreads further or is harder to find than it need be.",
    Risk.LOW: "A habit of careful operators that is missing here.",
}
