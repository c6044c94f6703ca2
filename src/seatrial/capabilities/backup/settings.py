"""The section `backup`: to which key what describes the system is sealed. Stores have their own."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictStr

from seatrial.contract.bounds import between
from seatrial.system.base import Text
from seatrial.system.fault import fault
from seatrial.system.units import Duration

_SECRET = "AGE-SECRET-KEY-"  # noqa: S105 - how one begins
_PUBLIC = "age1"
_NEW = "`seatrial key new --out FILE` makes one, and says what to write here"
_AGAIN = "copy it once more: it stands in the key's own file, after `public key:`"


def _recipient(value: object) -> str:
    """Nothing of a wrong value is quoted: it may be a secret, cut or mistyped.

    What is written and empty is wrong, too: else nobody would notice that nothing is sealed.
    """
    # a file without one must not pay for what reads it
    from pyrage import RecipientError  # noqa: PLC0415
    from pyrage.x25519 import Recipient  # noqa: PLC0415

    if not isinstance(value, str) or not value.strip():
        raise fault("ST7109", "is written, and holds no recovery key", _NEW)
    found = value.strip()
    if _SECRET in found.upper():
        raise fault(
            "ST7110",
            "is the secret half of a key, which opens every backup of the system",
            "write the half that begins with age1 here; this one has been seen by whoever reads"
            " the file: make a new key with `seatrial key new --out FILE`",
        )
    try:
        Recipient.from_str(found)
    except RecipientError:
        if found.startswith(_PUBLIC):
            raise fault("ST7109", "is cut or mistyped: its checksum is wrong", _AGAIN) from None
        raise fault("ST7109", f"is no recovery key: one begins with {_PUBLIC}", _NEW) from None
    return found


class Settings(BaseModel):
    """What is set for all of the system together."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    recovery_key: Annotated[StrictStr | None, BeforeValidator(_recipient)] = Field(
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
