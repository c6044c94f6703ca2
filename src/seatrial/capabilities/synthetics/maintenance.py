"""Announced maintenance, as the file says it: a time of its own, or one that comes again."""

from datetime import UTC, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

from seatrial.system.units import Date, Duration, Instant
from seatrial.system.zones import Zone

_DAY = 86400.0
# Each time is an interval of Alertmanager's, asked at every notice: two years of weeks.
MOST = 104


class Maintenance(BaseModel):
    """A time that was announced: nobody is paged for it, and it counts for nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    begin: Instant = Field(alias="from", description="When it begins, as 2026-12-01T22:00:00Z.")
    until: Instant = Field(description="When it ends.")
    every: Duration | None = Field(
        default=None, description="It comes again after so many whole days, as 7d."
    )
    last: Date | None = Field(
        default=None, description="The last day, in `timezone`, on which it begins again."
    )
    timezone: Zone = Field(
        default="UTC",
        description="The zone whose clock it keeps when it comes again, as Europe/Berlin.",
    )
    reason: str = Field(min_length=1, description="Why; it stands in the SLA report.")
    journeys: tuple[str, ...] = Field(
        default=(), description="Which journeys it concerns, beside those through `services`."
    )
    services: tuple[str, ...] = Field(
        default=(),
        description="Which services, and the journeys through them; with neither services, stores"
        " nor journeys it concerns the whole system.",
    )
    stores: tuple[str, ...] = Field(
        default=(), description="Which stores, and the journeys through them."
    )

    @property
    def whole(self) -> bool:
        """Whether it concerns the whole system."""
        return not (self.journeys or self.services or self.stores)

    @property
    def spans(self) -> tuple[tuple[float, float], ...]:
        """Each time it holds, from its begin to its end in seconds since 1970, in their order.

        It begins at the same time of the zone's day and is as long as ever. A time that clocks
        skip is the one an hour later, of one that comes twice the first counts (PEP 495, fold 0).
        """
        lasts = self.until.timestamp() - self.begin.timestamp()
        begins = self._begins() if self.every and self.last else (self.begin,)
        return tuple((each.timestamp(), each.timestamp() + lasts) for each in begins)

    def _begins(self) -> tuple[datetime, ...]:
        first = self.begin.astimezone(ZoneInfo(self.timezone))
        return tuple(
            (first + timedelta(days=number * self._days)).astimezone(UTC)
            for number in range(self._times)
        )

    @property
    def _days(self) -> int:
        return int(self.every.seconds // _DAY) if self.every else 0

    @property
    def _times(self) -> int:
        """How often it holds; less than one where `last` is before its first day."""
        if not (self.last and self._days):
            return 1
        first = self.begin.astimezone(ZoneInfo(self.timezone)).date()
        return (self.last - first).days // self._days + 1

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until <= self.begin:
            message = f"it ends at {self.until.isoformat()}, before it begins; swap the two"
            raise ValueError(message)
        for key, each in (("from", self.begin), ("until", self.until)):
            if each.second or each.microsecond:
                whole = each.replace(second=0, microsecond=0).isoformat()
                message = f"{key}: {each.isoformat()} is within a minute, and pages are held back"
                raise ValueError(f"{message} by whole ones; write {whole}")
        return self

    @model_validator(mode="after")
    def _comes_again_and_ends(self) -> Self:
        wrong = self._endless() if self.every and self.last is None else self._repeated()
        if wrong:
            raise ValueError(wrong)
        return self

    def _endless(self) -> str:
        return f"it comes again every {self.every} for ever; write last: and its last day"

    def _repeated(self) -> str | None:
        """What is wrong with how it comes again."""
        if self.every is None:
            given = "last" if self.last else "timezone" if self.timezone != "UTC" else ""
            return given and f"{given} is for what comes again; write every: 7d, or delete {given}"
        lasts = self.until.timestamp() - self.begin.timestamp()
        found = (
            (
                self.every.seconds % _DAY > 0,
                f"every: {self.every} is not in whole days; write {self._days or 1}d",
            ),
            (
                lasts >= self.every.seconds,
                f"it is not over when it comes again after {self.every}; write a longer every",
            ),
            (self._times < 1, f"last: {self.last} is before it begins; write a later day"),
            (
                self._times > MOST,
                f"it comes {self._times} times, and {MOST} are kept at most; write an earlier last",
            ),
        )
        return next((message for wrong, message in found if wrong), None)
