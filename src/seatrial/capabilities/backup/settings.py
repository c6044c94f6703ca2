"""The section `backup`: to which key what describes the system is sealed. Stores have their own."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictStr

from seatrial.contract.bounds import between
from seatrial.system.base import Text
from seatrial.system.fault import fault
from seatrial.system.units import Duration

_SECRET = "AGE-SECRET-KEY-"  # noqa: S105 - how one begins
_NEW = "`seatrial key new --out FILE` makes one, and says what to write here"


def _recipient(value: str) -> str:
    """Nothing of a wrong value is quoted: it may be a secret, cut or mistyped."""
    # a file without one must not pay for what reads it
    from pyrage import RecipientError  # noqa: PLC0415
    from pyrage.x25519 import Recipient  # noqa: PLC0415

    if _SECRET in value.upper():
        raise fault(
            "ST7110",
            "is the secret half of a key, which opens every backup of the system",
            "write the half that begins with age1 here; this one has been seen by whoever reads"
            " the file: make a new key with `seatrial key new --out FILE`",
        )
    try:
        Recipient.from_str(value)
    except RecipientError:
        raise fault("ST7109", "is no recovery key: one begins with age1", _NEW) from None
    return value


class Settings(BaseModel):
    """What is set for all of the system together."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    recovery_key: Annotated[StrictStr, AfterValidator(_recipient)] | None = Field(
        default=None,
        description="To this key (age1...) the file and the system's secrets are sealed; its secret"
        " half is held apart.",
    )
    owner: Text | None = Field(
        default=None,
        description="Team that is told when the system itself is not sealed, by default the first"
        " one.",
    )
    keep: Annotated[
        Duration,
        between("1d", "3650d"),
        Field(
            description="How long what was sealed is kept.",
            default_factory=lambda: Duration.parse("14d"),
        ),
    ]
