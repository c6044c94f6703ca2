"""The section `synthetics` of the file."""

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from seatrial.system.units import Instant


class Maintenance(BaseModel):
    """A time that was announced to users, and counts for nothing in what they were promised."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    begin: Instant = Field(alias="from", description="When it begins, as 2026-12-01T22:00:00Z.")
    until: Instant = Field(description="When it ends.")
    reason: str = Field(min_length=1, description="Why; it stands in the SLA report.")
    journeys: tuple[str, ...] = Field(
        default=(), description="Which journeys it concerns; all when left out."
    )

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until <= self.begin:
            message = f"it ends at {self.until.isoformat()}, before it begins; swap the two"
            raise ValueError(message)
        return self


class Settings(BaseModel):
    """How what users get is accounted for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    maintenance: Mapping[str, Maintenance] = Field(
        default_factory=dict,
        description="Named times of announced maintenance, left out of the SLA.",
    )
