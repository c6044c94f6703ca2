"""What the file's models are made of: their common configuration, names, texts and references."""

import re
from collections.abc import Callable
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    WithJsonSchema,
)

from seatrial.system.fault import fault, shown

LABEL = r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?"
SECRET = r"[A-Za-z][A-Za-z0-9_-]{0,62}"  # noqa: S105 - the form of a secret's name
_MAX_TEXT = 8192


class Model(BaseModel):
    """A part of the file: frozen, no unknown keys, keys as written or by the attribute's name."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False
    )


def matching(pattern: str, what: str, cure: str, code: str = "ST1310") -> Callable[[str], str]:
    """A validator that accepts a text of that form; `what` names the form in the message."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if compiled.fullmatch(value) is None:
            raise fault(code, f"is {shown(value)}, not {what}", cure)
        return value

    return check


def _secret(value: str) -> str:
    if re.fullmatch(SECRET, value) is None:
        # Not quoted: who writes something else here has perhaps written the secret itself.
        raise fault(
            "ST1307", "is not a secret's name", "use letters, digits, hyphens and underscores"
        )
    return value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise fault("ST1308", "is empty", "write some text or delete the key")
    if len(value) > _MAX_TEXT:
        raise fault("ST1308", f"has {len(value)} characters", f"write at most {_MAX_TEXT}")
    return value


def _pattern(pattern: str) -> dict[str, str]:
    return {"type": "string", "pattern": f"^{pattern}$"}


_LETTERS = "use lower-case letters, digits and hyphens, beginning with a letter, at most 63"
_METRIC = r"[a-zA-Z_:][a-zA-Z0-9_:]{0,199}"
_LABEL_NAME = r"(?!__)[a-zA-Z_][a-zA-Z0-9_]{0,99}"

Flag = StrictBool
Whole = StrictInt
Text = Annotated[StrictStr, AfterValidator(_not_blank)]
_WRITTEN = WithJsonSchema({"type": ["string", "number", "boolean"]})
# Where the loader reads a scalar as it is written, so that `7.10` is a text without quotes.
Written = Annotated[StrictStr, _WRITTEN]
WrittenText = Annotated[StrictStr, AfterValidator(_not_blank), _WRITTEN]
Port = Annotated[StrictInt, Field(ge=1, le=65535)]
Name = Annotated[
    StrictStr,
    AfterValidator(matching(LABEL, "a name", _LETTERS, "ST1307")),
    WithJsonSchema(_pattern(LABEL)),
]
PersonName = Annotated[
    StrictStr,
    AfterValidator(
        matching(
            r"[a-z][a-z0-9._-]{0,62}",
            "a name",
            "use lower-case letters, digits, dots, hyphens and underscores",
            "ST1307",
        )
    ),
    WithJsonSchema(_pattern(r"[a-z][a-z0-9._-]{0,62}")),
]
MetricName = Annotated[
    StrictStr,
    AfterValidator(
        matching(
            _METRIC,
            "a metric's name",
            "use letters, digits, underscores and colons, as in workflow_runs_total",
            "ST1307",
        )
    ),
    WithJsonSchema(_pattern(_METRIC)),
]
LabelName = Annotated[
    StrictStr,
    AfterValidator(
        matching(
            _LABEL_NAME,
            "a label's name",
            "use letters, digits and underscores, without two underscores in front",
            "ST1307",
        )
    ),
    WithJsonSchema(_pattern(_LABEL_NAME)),
]
VariableName = Annotated[
    StrictStr,
    AfterValidator(
        matching(
            r"[A-Za-z_][A-Za-z0-9_]{0,127}",
            "a variable's name",
            "use letters, digits and underscores",
            "ST1307",
        )
    ),
    WithJsonSchema(_pattern(r"[A-Za-z_][A-Za-z0-9_]{0,127}")),
]
UrlPath = Annotated[
    StrictStr,
    AfterValidator(
        matching(r"/[^\s\x00-\x1f]{0,2047}", "a path", "begin it with /, as in /readyz")
    ),
    WithJsonSchema(_pattern("/.*")),
]
Email = Annotated[
    StrictStr,
    AfterValidator(
        matching(r"[^@\s]{1,64}@[^@\s]{1,253}", "an e-mail address", "write ada@acme.example")
    ),
    WithJsonSchema({"type": "string", "format": "email"}),
]
Url = Annotated[
    StrictStr,
    AfterValidator(
        matching(
            r"[a-z][a-z0-9+.-]{0,30}://[^\s]{1,2000}", "a URL", "write https://api.mail.example"
        )
    ),
    WithJsonSchema({"type": "string", "format": "uri"}),
]
_HOST = r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*"
HostName = Annotated[
    StrictStr,
    AfterValidator(
        matching(
            _HOST, "a host's name", "write it in lower case, without https://, as shop.acme.example"
        )
    ),
    WithJsonSchema(_pattern(_HOST)),
]
JsonPath = Annotated[
    StrictStr,
    AfterValidator(
        matching(
            r"\$[^\n]{0,500}", "a JSON path", "begin it with $, as in $.id or $.items[0].state"
        )
    ),
    WithJsonSchema(_pattern(r"\$.*")),
]


class SecretRef(Model):
    """A secret by its name; its value lives in the runtime's secret store, never in the file."""

    secret: Annotated[
        StrictStr,
        AfterValidator(_secret),
        WithJsonSchema(_pattern(SECRET)),
        Field(
            description="Name of the secret in the runtime's secret store.",
            examples=["payment-provider-key"],
        ),
    ]


def _secret_name(value: object) -> object:
    if value is None:
        return None
    if isinstance(value, SecretRef):
        return value.secret
    if isinstance(value, dict) and set(value) == {"secret"}:
        return SecretRef.model_validate(value).secret
    # The text is not quoted: who writes a text here has probably written the secret itself.
    raise fault("ST1303", "is not a reference to a secret", "write {secret: NAME}")


SecretName = Annotated[
    str,
    BeforeValidator(_secret_name),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {"secret": _pattern(SECRET)},
            "required": ["secret"],
            "additionalProperties": False,
        }
    ),
]
"""The name of a secret; the file writes it as `{secret: NAME}`."""
