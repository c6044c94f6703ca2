"""A store: what keeps the user's data."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field, StrictStr, model_validator

from seatrial.system.base import Flag, Model, Name, SecretRef, Text, WrittenText
from seatrial.system.fault import fault
from seatrial.system.service import Limits


class Monitor(Model):
    """As whom a store that runs without seatrial is asked for its figures."""

    user: Text | None = Field(
        None,
        description="User that may log in; it needs no right beyond that.",
        examples=["monitor"],
    )
    password: SecretRef | None = Field(
        None,
        description="Secret with its password: a variable of that name, where `up` runs.",
        examples=[{"secret": "DB_PASSWORD"}],
    )


class Store(Model):
    """What keeps the user's data: PostgreSQL, Redis, object storage."""

    engine: Name = Field(description="Product that keeps the data.", examples=["postgres"])
    version: WrittenText = Field(
        description="Version of the product, as it names it.", examples=["15"]
    )
    owner: StrictStr = Field(description="Team or person who is paged for it.", examples=["data"])
    summary: Text | None = Field(
        None, description="What it keeps, in a sentence.", examples=["Workflows and their runs."]
    )
    exporter: StrictStr | None = Field(
        None,
        description="Service that shows its figures, where it runs without seatrial.",
        examples=["database-exporter"],
    )
    monitor: Monitor | None = Field(
        None,
        description="Login for an exporter of seatrial's, where it runs without seatrial.",
        examples=[{"user": "monitor", "password": {"secret": "DB_PASSWORD"}}],
    )
    durable: Flag = Field(
        default=True,
        description="Whether its data must survive: it is then backed up and failed over.",
        examples=[False],
    )
    limits: Limits = Field(
        Limits(),
        description="Memory and processor at most for each replica.",
        examples=[{"memory": "1GiB"}],
    )
    backup: Mapping[str, Any] = Field(
        {},
        description="Settings of its backup, read by the backup capability.",
        examples=[{"keep": "14d"}],
    )
    failover: Mapping[str, Any] = Field(
        {},
        description="Settings of its failover, read by the failover capability.",
        examples=[{"standbys": 1}],
    )
    invariants: Mapping[Text, Text] = Field(
        {},
        description="Queries that answer true while the data is sound, by what they mean.",
        examples=[{"no run without a workflow": "SELECT count(*) = 0 FROM runs WHERE wf IS NULL"}],
    )
    regions: tuple[StrictStr, ...] | None = Field(
        None, description="Regions in which it runs; everywhere by default.", examples=[["eu"]]
    )

    @model_validator(mode="after")
    def _asked_once(self) -> "Store":
        if self.exporter is not None and self.monitor is not None:
            raise fault("ST1309", "is written beside exporter", "keep one of them", "monitor")
        return self

    @property
    def measured(self) -> bool:
        """Whether its figures are shown where it runs without seatrial."""
        return self.exporter is not None or self.monitor is not None
