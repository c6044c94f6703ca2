r"""Which lines are of the audit: who did what, or was refused it.

A service says it of a line by a field `log.kind: audit`, or by a logger that is called so. Of
PostgreSQL these are statements that change roles, rights or tables, and logins; of access logs,
nginx's own or of JSON, requests that were refused for want of a login or of a right.
"""

from seatrial.engines.otelcol.quoting import quoted

_KINDS = ("log.kind", "log_kind")
_LOGGERS = ("logger", "logger_name", "log.logger")
_STATUS = ("status", "status_code")
_STATEMENT = (
    r"(?i)^(?:AUDIT:|(?:statement|execute [^:]*): *(?:CREATE|ALTER|DROP|GRANT|REVOKE|REASSIGN"
    r"|SECURITY|COMMENT|TRUNCATE|SET ROLE|SET SESSION)\b"
    r"|connection authorized|(?:password |\S+ )?authentication failed|role .* does not exist"
    r"|permission denied)"
)
# as they are written, also within another's quotation marks
SUSPECTS = (
    r"(?i)audit|(?:statement|execute [^:]*): *[a-z]|authentication failed|connection authorized"
    r"|permission denied|does not exist|\" 40[13] "
    r"|status(?:_code)?\\*\"\s*:\s*\\*\"?40[13]\b"
)


def _own(name: str) -> str:
    return f'log.attributes["{name}"]'


WANTED = (
    *(f'{_own(each)} == "audit"' for each in _KINDS),
    *(f'IsMatch({_own(each)}, "{quoted(r"(?:^|[._-])audit(?:$|[._-])")}")' for each in _LOGGERS),
    f'({_own("form")} == "postgres" and IsMatch({_own("msg")}, "{quoted(_STATEMENT)}"))',
    f'({_own("form")} == "postgres" and IsMatch(log.body, "{quoted(_STATEMENT)}"))',
    f'({_own("form")} == "nginx" and IsMatch({_own("status")}, "^40[13]$"))',
    *(
        f'({_own("form")} == "json" and {_own("method")} != nil'
        f' and IsMatch({_own(each)}, "^40[13]$"))'
        for each in _STATUS
    ),
)
