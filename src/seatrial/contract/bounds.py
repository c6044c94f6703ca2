"""Bounds of what a capability's section sets: `Annotated[Duration, between("1h", "7d")]`."""

from pydantic import AfterValidator

from seatrial.system.units import Duration, Size


def between(least: str, most: str) -> AfterValidator:
    """Durations from `least` to `most`."""

    def check(value: Duration) -> Duration:
        if not Duration.parse(least).seconds <= value.seconds <= Duration.parse(most).seconds:
            raise ValueError(f"is {value}; write {least} to {most}")
        return value

    return AfterValidator(check)


def at_least(least: str) -> AfterValidator:
    """Sizes of `least` and more."""

    def check(value: Size) -> Size:
        if value.bytes < Size.parse(least).bytes:
            raise ValueError(f"is {value}; write {least} or more")
        return value

    return AfterValidator(check)
