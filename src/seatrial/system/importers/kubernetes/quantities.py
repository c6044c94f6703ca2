"""Quantities as Kubernetes writes them: `250m`, `1Gi`, `1e3`, `0.5`.

The form: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

import re
from decimal import Decimal

_FORM = re.compile(
    r"(?P<number>[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20}))"
    r"(?P<unit>[eE][+-]?[0-9]{1,2}|[KMGTPE]i|[numkMGTPE])?"
)
_UNITS = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "k": Decimal(10**3),
    "M": Decimal(10**6),
    "G": Decimal(10**9),
    "T": Decimal(10**12),
    "P": Decimal(10**15),
    "E": Decimal(10**18),
    **{f"{letter}i": Decimal(1024**power) for power, letter in enumerate("KMGTPE", 1)},
}
_LARGEST = Decimal(1 << 63)


def quantity(text: str) -> Decimal | None:
    """The number that a quantity stands for; None where the text is none or negative."""
    match = _FORM.fullmatch(text.strip())
    if match is None:
        return None
    number, unit = Decimal(match["number"]), match["unit"]
    if unit is None:
        factor = Decimal(1)
    elif unit in _UNITS:
        factor = _UNITS[unit]
    else:
        factor = Decimal(10) ** int(unit[1:])
    value = number * factor
    return value if 0 <= value <= _LARGEST else None
