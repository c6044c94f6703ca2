"""The section `dashboards` of the file."""

from pydantic import BaseModel, ConfigDict, Field

ADDRESS = "http://127.0.0.1:7075/"  # where `seatrial boards` serves them


class Settings(BaseModel):
    """Where boards are looked at."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: str = Field(
        default=ADDRESS,
        pattern=r"^https?://[^\s]+/$",
        description="What an alert's link to a board begins with: where boards are served.",
    )
    owner: str = Field(
        default="",
        description="Team whose the boards of hosts and monitoring are; the first by default.",
    )
