"""Quantities with their units: durations, sizes, percentages, rates, instants and dates.

Each is a frozen value that pydantic reads from text; a bare number where a unit is needed is
refused, because 5 may be seconds, minutes or milliseconds. `str()` gives text that parses back.
"""

import datetime as dt
import math
import re
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from seatrial.system.fault import fault, shown

_DURATION = re.compile(r"(?:[0-9]{1,12}(?:\.[0-9]{1,6})?(?:ms|s|m|h|d|w))+")
_DURATION_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d|w)")
_SECONDS = {"w": 604800.0, "d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,6})?) ?(B|kB|KiB|MB|MiB|GB|GiB|TB|TiB)")
_BYTES = {
    "TiB": 1024**4,
    "TB": 1000**4,
    "GiB": 1024**3,
    "GB": 1000**3,
    "MiB": 1024**2,
    "MB": 1000**2,
    "KiB": 1024,
    "kB": 1000,
    "B": 1,
}
_RATE = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?) ?/ ?(s|min|m|h|d)")
_PER = {"s": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_COST = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,2})?) ([A-Z]{3}) ?/ ?h")
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,9})?) ?%?")
_TEN_YEARS = 3660 * 86400.0


def _number(value: float) -> str:
    """Without a trailing `.0` and never in exponent form."""
    return str(int(value)) if value == int(value) else f"{value:.9f}".rstrip("0")


def _bare(value: object) -> bool:
    """Whether it is a number that lacks its unit."""
    if isinstance(value, bool):
        return False
    return isinstance(value, int | float) or (
        isinstance(value, str) and re.fullmatch(r"[0-9]+(\.[0-9]+)?", value) is not None
    )


class _Quantity:
    """What the quantities share: how pydantic reads them and how the JSON Schema shows them."""

    __slots__ = ()
    _schema: ClassVar[dict[str, Any]] = {"type": "string"}

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read a written value; PydanticCustomError (a ValueError) says what is wrong with it."""
        raise NotImplementedError

    @classmethod
    def _read(cls, value: object) -> Self:
        return value if isinstance(value, cls) else cls.parse(value)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: object, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Read from text, written back as text."""
        return core_schema.no_info_plain_validator_function(
            cls._read, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _core: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """The written form, for editors."""
        return dict(cls._schema)


@dataclass(frozen=True, slots=True, order=True)
class Duration(_Quantity):
    """A length of time, written 250ms, 90s, 15m, 4h, 30d, 2w or joined as 1h30m."""

    seconds: float
    _schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": r"^([0-9]{1,12}(\.[0-9]{1,6})?(ms|s|m|h|d|w))+$",
        "examples": ["90s", "15m", "4h", "30d"],
    }

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read `90s`; ST1305 for a bare number, ST1306 for anything else that is none."""
        if _bare(value):
            raise fault("ST1305", f"is {value}, without a unit", f"write {value}s, or m, h or d")
        if not isinstance(value, str) or len(value) > 64 or _DURATION.fullmatch(value) is None:  # noqa: PLR2004 - more than any real duration
            raise fault(
                "ST1306", f"is {shown(value)}, not a duration", "write 250ms, 90s, 15m, 4h or 30d"
            )
        seconds = math.fsum(
            float(number) * _SECONDS[unit] for number, unit in _DURATION_PART.findall(value)
        )
        if seconds > _TEN_YEARS:
            raise fault("ST1308", f"is {shown(value)}", "write a duration of at most ten years")
        return cls(round(seconds, 6))

    def __str__(self) -> str:
        """In the largest unit that divides it: `90s`, `15m`, `4h`, `30d`."""
        if self.seconds == 0:
            return "0s"
        for unit in ("d", "h", "m", "s"):
            if self.seconds % _SECONDS[unit] == 0:
                return f"{int(self.seconds / _SECONDS[unit])}{unit}"
        if self.seconds < 1:
            return f"{_number(round(self.seconds * 1000, 3))}ms"
        return f"{_number(self.seconds)}s"


def _positive(value: Duration) -> Duration:
    if value.seconds <= 0:
        raise fault("ST1308", "is 0s", "write a duration above zero")
    return value


PositiveDuration = Annotated[Duration, AfterValidator(_positive)]


@dataclass(frozen=True, slots=True, order=True)
class Size(_Quantity):
    """A number of bytes, written 512MiB (binary) or 500MB (decimal)."""

    bytes: int
    _schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": r"^[0-9]{1,15}(\.[0-9]{1,6})? ?(B|kB|KiB|MB|MiB|GB|GiB|TB|TiB)$",
        "examples": ["512MiB", "2GiB"],
    }

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read `512MiB`; ST1305 for a bare number, ST1306 for anything else that is none."""
        if _bare(value):
            raise fault(
                "ST1305", f"is {value}, without a unit", f"write {value}MiB, or B, KiB or GiB"
            )
        match = _SIZE.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            cure = "write 512MiB, 2GiB or 500MB"
            short = (
                re.fullmatch(r"([0-9]{1,15})([KkMGT])i?", value) if isinstance(value, str) else None
            )
            if short is not None:
                cure = f"write {short[1]}{short[2].upper()}iB"
            raise fault("ST1306", f"is {shown(value)}, not a size", cure)
        number = int(float(match[1]) * _BYTES[match[2]])
        if number >= 1 << 60:
            raise fault("ST1308", f"is {shown(value)}", "write a size below 1024 PiB")
        return cls(number)

    def __str__(self) -> str:
        """In the largest unit that divides it: `512MiB`."""
        for unit in ("TiB", "GiB", "MiB", "KiB"):
            if self.bytes and self.bytes % _BYTES[unit] == 0:
                return f"{self.bytes // _BYTES[unit]}{unit}"
        return f"{self.bytes}B"


@dataclass(frozen=True, slots=True, order=True)
class Percentage(_Quantity):
    """A share of a hundred: 99.9 and `99.9%` are the same."""

    percent: float
    _schema: ClassVar[dict[str, Any]] = {
        "anyOf": [
            {"type": "number", "minimum": 0, "maximum": 100},
            {"type": "string", "pattern": r"^[0-9]{1,3}(\.[0-9]{1,9})? ?%?$"},
        ],
        "examples": [99.9, "99.9%"],
    }

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read 99.9 or `99.9%`; ST1306 when it is none, ST1308 outside of 0 to 100."""
        number = math.nan
        if isinstance(value, int | float) and not isinstance(value, bool):
            number = float(value) if abs(value) < 1e6 else math.inf  # noqa: PLR2004 - out of range anyway
        elif isinstance(value, str) and (match := _PERCENT.fullmatch(value)) is not None:
            number = float(match[1])
        if math.isnan(number):
            raise fault("ST1306", f"is {shown(value)}, not a percentage", "write 99.9 or 99.9%")
        if not 0 <= number <= 100:  # noqa: PLR2004 - the meaning of per cent
            raise fault("ST1308", f"is {shown(value)}", "write a percentage from 0 to 100")
        return cls(number)

    @property
    def ratio(self) -> float:
        """The same between 0 and 1; 99.9 % is 0.999."""
        # Divided in decimal digits: 99.95 / 100 would leave 0.9995000000000001.
        return round(self.percent / 100, 12)

    def __str__(self) -> str:
        """`99.9%`."""
        return f"{_number(self.percent)}%"


@dataclass(frozen=True, slots=True, order=True)
class Rate(_Quantity):
    """How often something happens, written 50/s, 3000/min or 10/h."""

    per_second: float
    _schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": r"^[0-9]{1,12}(\.[0-9]{1,6})? ?/ ?(s|min|m|h|d)$",
        "examples": ["50/s", "3000/min"],
    }

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read `50/s`; ST1305 for a bare number, ST1306 for anything else that is none."""
        if _bare(value):
            raise fault("ST1305", f"is {value}, without a unit", f"write {value}/s, or /min or /h")
        match = _RATE.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            raise fault("ST1306", f"is {shown(value)}, not a rate", "write 50/s, 3000/min or 10/h")
        return cls(float(match[1]) / _PER[match[2]])

    def __str__(self) -> str:
        """`50/s`, or in the first unit in which it is a whole number."""
        for unit, per in (("s", 1.0), ("min", 60.0), ("h", 3600.0), ("d", 86400.0)):
            amount = round(self.per_second * per, 6)
            if amount == int(amount):
                return f"{int(amount)}/{unit}"
        return f"{_number(self.per_second)}/s"


@dataclass(frozen=True, slots=True)
class Cost(_Quantity):
    """What an hour costs, written `1200 EUR/h`; the currency by its three letters (ISO 4217).

    Costs have no order: nobody here knows what one currency is worth in another.
    """

    per_hour: float
    currency: str
    _schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": r"^[0-9]{1,12}(\.[0-9]{1,2})? [A-Z]{3} ?/ ?h$",
        "examples": ["1200 EUR/h"],
    }

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read `1200 EUR/h`; ST1305 for a bare number, ST1306 for anything else that is none."""
        if _bare(value):
            raise fault("ST1305", f"is {value}, without a currency", f"write {value} EUR/h")
        match = _COST.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            cure = "write 1200 EUR/h, the currency by its three letters"
            raise fault("ST1306", f"is {shown(value)}, not a cost an hour", cure)
        return cls(float(match[1]), match[2])

    def __str__(self) -> str:
        """`1200 EUR/h`."""
        return f"{_number(round(self.per_hour, 2))} {self.currency}/h"


def _instant(value: object) -> dt.datetime:
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value
    cure = "write 2026-12-31T18:00:00+01:00, or with Z for UTC"
    try:
        read = dt.datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        read = None
    if read is None:
        raise fault("ST1306", f"is {shown(value)}, not an instant", cure)
    if read.tzinfo is None:
        raise fault("ST1306", f"is {shown(value)}, an instant without a zone", cure)
    return read


def _date(value: object) -> dt.date:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise fault(
                "ST1310",
                f"is {shown(value)}, a day that does not exist",
                "write a day as 2026-12-31",
            ) from None
    raise fault("ST1310", f"is {shown(value)}, not a date", "write a day as 2026-12-31")


Instant = Annotated[
    dt.datetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""A moment with its zone, as ISO 8601 writes it; a moment without a zone is refused."""

Date = Annotated[
    dt.date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})
]
"""A day, as ISO 8601 writes it."""

__all__ = ["Cost", "Date", "Duration", "Instant", "Percentage", "Rate", "Size"]
