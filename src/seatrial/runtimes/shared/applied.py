"""What was applied last, as it is kept in the state folder."""

from typing import Any

from pydantic import TypeAdapter, ValidationError

from seatrial.contract.runtime import Desired, RuntimeFailure

_DESIRED = TypeAdapter(Desired)


def written(desired: Desired) -> Any:
    """As JSON can hold it; without secrets, as the caller must see to."""
    return _DESIRED.dump_python(desired, mode="json")


def read(kept: Any) -> Desired:
    """What `written` made. Raises RuntimeFailure for what another version wrote."""
    try:
        return _DESIRED.validate_python(kept)
    except ValidationError as error:
        raise RuntimeFailure(
            "what runs here was started by another version of seatrial",
            "run `seatrial down`, then `seatrial up`",
        ) from error
