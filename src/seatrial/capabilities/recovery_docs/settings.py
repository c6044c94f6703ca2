"""The capability has no section: what the documents say, the rest of the file says already."""

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """Nothing is set."""

    model_config = ConfigDict(extra="forbid", frozen=True)
