"""What is to be seen of a region's members of a store. Pure."""

from dataclasses import dataclass

from seatrial.engines.patroni import rest


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A region's members as they are now: each as it tells itself, None where it does not answer.

    `copied`: whether their cluster is a copy of the other region's, None where nobody says.
    `runs`: whether any of them runs at all. `hangs`: one runs, and does not answer. `ended`: all
    have ended, and no fault holds them down.
    """

    members: tuple[rest.Own | None, ...]
    copied: bool | None
    runs: bool
    hangs: bool
    ended: bool = False

    @property
    def answers(self) -> bool:
        """Whether anybody does."""
        return any(self.members)

    @property
    def primary(self) -> bool:
        """Whether one of them takes writes."""
        return any(each is not None and each.primary for each in self.members)

    @property
    def follows(self) -> bool:
        """Whether the head of the copy gets the other region's log."""
        return any(each is not None and each.head and each.streams for each in self.members)

    @property
    def joined(self) -> bool:
        """Whether all that answer get the log of the one that is the primary."""
        return self.primary and all(each.primary or each.streams for each in self.members if each)

    @property
    def followed(self) -> bool:
        """Whether all that answer get a log, as in a copy."""
        return all(each.streams for each in self.members if each)

    @property
    def position(self) -> int | None:
        """How far the log goes that they have, in bytes.

        None where that is not known of each that answers: one that is still being stopped as the
        primary may have more than the others.
        """
        told = [each.position for each in self.members if each]
        known = [each for each in told if each is not None]
        return max(known, default=None) if len(known) == len(told) else None

    @property
    def hands_over(self) -> bool:
        """Whether all that it has can be had of it: it leads, or all of it was told to follow."""
        return self.primary or (self.copied is True and all(self.members))

    @property
    def fenced(self) -> bool:
        """Whether none is the primary, and none becomes it: it is a copy now, or nobody runs.

        Of who runs and says nothing nobody knows.
        """
        safe = self.copied is True or not self.runs
        return safe and not self.primary and not self.hangs

    def has(self, position: int | None) -> bool:
        """Whether their log goes that far."""
        own = max((each.position or 0 for each in self.members if each), default=0)
        return position is not None and own >= position

    @property
    def written(self) -> float | None:
        """When the newest write that they have was committed, in seconds since the epoch."""
        known = [each.written for each in self.members if each and each.written is not None]
        return max(known, default=None)
