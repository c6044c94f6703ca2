"""How a model says that a value is wrong, so that the loader can add the place and the key."""

from pydantic_core import PydanticCustomError

from seatrial.system.mask import by_look

KIND = "seatrial"
_SHOWN = 40
_LOOKED_AT = 2048  # characters of a value in which a secret is looked for before it is cut


def fault(code: str, predicate: str, cure: str, *at: str | int) -> PydanticCustomError:
    """The error that a validator raises: `predicate` continues a sentence that begins with the key.

    `fault("ST1305", "is 5, without a unit", "write 5s")` becomes
    `services.api.grace is 5, without a unit; write 5s`. `at` are the keys below the validated
    value that the fault is about.
    """
    context = {"code": code, "predicate": predicate, "cure": cure, "at": at}
    return PydanticCustomError(KIND, "{predicate}; {cure}", context)


def shown(value: object) -> str:
    """A value as a message may quote it: short, on one line, without a password or a token."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    text = by_look(str(value)[:_LOOKED_AT])
    if len(text) > _SHOWN:
        text = text[: _SHOWN - 1] + "…"
    return '"' + "".join(c if c.isprintable() else "�" for c in text) + '"'
