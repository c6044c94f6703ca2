"""The capability has no section of its own: what is said of a failover stands with its store."""

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """Nothing is set for all stores together."""

    model_config = ConfigDict(extra="forbid", frozen=True)
