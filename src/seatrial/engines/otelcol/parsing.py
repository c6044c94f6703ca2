r"""What is read out of a line: its fields, its instant, its severity, its trace.

The form of a line is told by its look, so that nobody has to say what writes it: JSON, logfmt,
nginx's access and error log, PostgreSQL's and Redis's own. A line of no known form is kept whole.

`_msg` is what the line says, `level` its severity in one word. The instant is the line's own where
it can be read and lies near the one at which it was read; a clock that is an hour off must not
hide a line from whoever looks at the last minutes.
"""

from seatrial.engines.otelcol.config import Step
from seatrial.engines.otelcol.quoting import quoted

LEVELS = ("trace", "debug", "info", "warn", "error", "fatal")
_NUMBERS = {"trace": 1, "debug": 5, "info": 9, "warn": 13, "error": 17, "fatal": 21}
_WORDS = {
    "info": "info|information|informational|inf|notice|log|statement|detail|hint",
    "debug": "debug[1-5]?|dbg|fine",
    "trace": "trace|trc|verbose|finest|finer",
    "warn": "warn|warning|wrn",
    "error": "error|err|severe",
    "fatal": "fatal|panic|critical|crit|alert|emerg|emergency|dpanic",
}
_MESSAGES = ("message", "msg", "event", "log")
_SEVERITIES = ("level", "severity", "levelname", "lvl", "log.level", "severity_text")
_INSTANTS = ("time", "ts", "timestamp", "@timestamp", "asctime")
ARRIVED = "arrived"  # log-keeper's: when the store was given the line
FORMS = ("json", "logfmt", "nginx", "nginx_error", "postgres", "redis", "traceback")

_NGINX = (
    r'^(?P<client>\S+) \S+ (?P<user>\S+) \[(?P<at_http>[^\]]+)\] "(?P<method>[A-Z]+) '
    r'(?P<path>\S+)(?: (?P<protocol>[^"]*))?" (?P<status>\d{3}) (?P<bytes>\d+|-)'
    r'(?: "(?P<referrer>[^"]*)" "(?P<agent>[^"]*)")?'
)
_NGINX_ERROR = (
    r"^(?P<at_nginx>\d{4}/\d\d/\d\d \d\d:\d\d:\d\d) \[(?P<level>\w+)\] (?P<pid>\d+)#\d+: "
    r"(?P<msg>.*)"
)
_POSTGRES = (
    r"^(?P<at_postgres>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?) (?P<zone>\S+) \[(?P<pid>\d+)\]"
    r"(?: (?P<session>\S*@\S*))? ?(?P<level>[A-Z]+[1-5]?):  ?(?P<msg>(?s:.*))"
)
_REDIS = (
    r"^(?P<pid>\d+):(?P<role>[XCSM]) (?P<at_redis>\d\d \w{3} \d{4} \d\d:\d\d:\d\d\.\d{3}) "
    r"(?P<mark>[.*#-]) (?P<msg>.*)"
)
_LOGFMT = r"^(?:[A-Za-z_][A-Za-z0-9_.-]*=(?:\"[^\"]*\"|[^\s\"]*)(?:\s+|$)){2,}"
_TRACEBACK = r"Traceback \(most recent call last\):\n"
_REDIS_MARKS = {".": "debug", "-": "debug", "*": "info", "#": "warn"}
_RFC3339 = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"
_LAYOUTS = {
    "at_http": "%d/%b/%Y:%H:%M:%S %z",
    "at_nginx": "%Y/%m/%d %H:%M:%S",
    "at_redis": "%d %b %Y %H:%M:%S.%L",
}
_OURS = (*_LAYOUTS, "at_postgres", "zone", "mark")
_AHEAD = 60 * 10**9  # nanoseconds
_BEHIND = 86400 * 10**9
_FORM = 'log.attributes["form"]'
_UNREAD = f"{_FORM} == nil and IsString(log.body)"


def steps(taken: tuple[str, ...], left_out: tuple[str, ...] = ()) -> tuple[Step, ...]:
    """Every step; `left_out` are forms that nothing is read out of (a defect that is planted).

    `taken` are the names of fields that say who wrote a line, and that no line may claim.
    """
    read = [each for each in _forms() if each.name.removeprefix("read_") not in left_out]
    return (*read, _names((*taken, ARRIVED)), *_instants(), _severity(), _message())


def _forms() -> tuple[Step, ...]:
    return (
        _form(
            "json",
            r"^\s*\{",
            ('merge_maps(log.attributes, ParseJSON(log.body), "insert")',),
        ),
        _form("nginx", _NGINX, (_extracted(_NGINX),)),
        _form("nginx_error", _NGINX_ERROR, (_extracted(_NGINX_ERROR),)),
        _form("postgres", _POSTGRES, (_extracted(_POSTGRES),)),
        _form(
            "redis",
            _REDIS,
            (
                _extracted(_REDIS),
                *(
                    f'set({_own("level")}, "{level}") where {_own("mark")} == "{mark}"'
                    for mark, level in _REDIS_MARKS.items()
                ),
            ),
        ),
        _form(
            "logfmt",
            _LOGFMT,
            ('merge_maps(log.attributes, ParseKeyValue(log.body, "=", " "), "insert")',),
        ),
        _form(
            "traceback",
            _TRACEBACK,
            (
                'merge_maps(log.attributes, ExtractPatterns(log.body, "'
                + quoted(r"(?s)\n(?P<exception>[A-Za-z_][\w.]*)(?:: (?P<reason>[^\n]*))?\s*$")
                + '"), "insert")',
                'set(log.attributes["level"], "error") where log.attributes["level"] == nil',
            ),
        ),
    )


def _names(taken: tuple[str, ...]) -> Step:
    """A line's own fields never pass for those that are not its own.

    VictoriaLogs 1.52 ends, again and again, at a line that has a stream's field twice.
    """
    moved = []
    for name in taken:
        own, resource = _own(name), f'resource.attributes["{name}"]'
        moved += [
            f"set({_own(f'line_{name}')}, {own}) where {own} != nil and {own} != {resource}",
            f'delete_key(log.attributes, "{name}")',
        ]
    reserved = 'delete_matching_keys(log.attributes, "^(_time|_stream|_stream_id|_msg|)$")'
    return Step(name="names", statements=(*moved, reserved))


def _form(name: str, look: str, statements: tuple[str, ...]) -> Step:
    return Step(
        name=f"read_{name}",
        conditions=(f'{_UNREAD} and IsMatch(log.body, "{quoted(look)}")',),
        statements=(*statements, f'set({_FORM}, "{name}")'),
    )


def _extracted(pattern: str) -> str:
    return f'merge_maps(log.attributes, ExtractPatterns(log.body, "{quoted(pattern)}"), "insert")'


def _instants() -> tuple[Step, ...]:
    """The line's own instant, unless it is far from the one at which it was read."""
    at, utc = _own("at_postgres"), f'({_own("zone")} == "UTC" or {_own("zone")} == "GMT")'
    products = (
        *(
            _when(f'Time({_own(name)}, "{layout}")', f"{_own(name)} != nil")
            for name, layout in _LAYOUTS.items()
        ),
        _when(f'Time({at}, "%Y-%m-%d %H:%M:%S")', f"{at} != nil and {utc}"),
        f'delete_matching_keys(log.attributes, "^({"|".join(_OURS)})$")',
    )
    far = (
        "log.time_unix_nano == 0",
        f"log.time_unix_nano > log.observed_time_unix_nano + {_AHEAD}",
        f"log.time_unix_nano < log.observed_time_unix_nano - {_BEHIND}",
    )
    told = (*_told(), _when("log.observed_time", " or ".join(far)))
    others = tuple(f'{_FORM} == "{each}"' for each in ("nginx", "nginx_error", "postgres", "redis"))
    return (
        Step(name="instant_of_product", conditions=others, statements=products),
        Step(name="instant", statements=told),
    )


def _told() -> tuple[str, ...]:
    """An instant as RFC 3339, or in seconds since the epoch."""
    at = 'log.cache["at"]'
    second, fraction = f"Int({at})", f"({at} - Double(Int({at}))) * 1000000000.0"
    return (
        *(f"set({at}, {_own(name)}) where {at} == nil" for name in _INSTANTS),
        _when(
            f'Time({at}, "%Y-%m-%dT%H:%M:%S%j")',
            f'IsString({at}) and IsMatch({at}, "{quoted(_RFC3339)}")',
        ),
        _when(
            f"Unix({second}, Int({fraction}))",
            f"IsDouble({at}) and {at} > 1000000000.0 and {at} < 10000000000.0",
        ),
        _when(f"Unix({second})", f"IsInt({at}) and {at} > 1000000000 and {at} < 10000000000"),
    )


def _own(name: str) -> str:
    return f'log.attributes["{name}"]'


def _when(instant: str, condition: str) -> str:
    return f"set(log.time, {instant}) where {condition}"


def _severity() -> Step:
    """One word for each severity, whatever the writer calls it; `info` where it says nothing."""
    named = [
        f'set(log.severity_text, ToLowerCase(String(log.attributes["{name}"])))'
        f' where log.severity_text == "" and log.attributes["{name}"] != nil'
        for name in _SEVERITIES
    ]
    words = []
    for level, alike in _WORDS.items():
        number, told = _NUMBERS[level], f'IsMatch(log.severity_text, "^({alike})$")'
        words += [
            f"set(log.severity_number, {number}) where log.severity_number == 0 and {told}",
            f'set(log.severity_text, "{level}") where log.severity_number == {number}',
        ]
    return Step(
        name="severity",
        statements=(
            *named,
            *words,
            'set(log.severity_text, "info") where log.severity_number == 0',
            "set(log.severity_number, 9) where log.severity_number == 0",
            'set(log.attributes["level"], log.severity_text)',
        ),
    )


def _message() -> Step:
    """What the line says, and what was wrong with it."""
    taken = []
    for name in _MESSAGES:
        own = f'log.attributes["{name}"]'
        taken += [
            f'set(log.cache["said"], {own}) where log.cache["said"] == nil and IsString({own})',
        ]
    return Step(
        name="message",
        statements=(
            'set(log.attributes["damaged"], "not text") where Index(log.body, "\\ufffd") >= 0',
            'set(log.attributes["damaged"], "cut off") where Len(log.body) >= 65000',
            *taken,
            'set(log.body, log.cache["said"]) where log.cache["said"] != nil',
            *(
                f'delete_key(log.attributes, "{name}")'
                f' where log.attributes["{name}"] == log.cache["said"]'
                for name in _MESSAGES
            ),
        ),
    )
