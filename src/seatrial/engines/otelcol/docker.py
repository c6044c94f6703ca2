r"""Lines of containers, as Docker's logging driver `json-file` writes them.

Each is an object of one line: `log` is what was written, with its line end, `stream` and `time`
follow. A line of more than 16 KiB is in several pieces, of which only the last has a line end.
"""

from collections.abc import Iterable

from seatrial.engines.otelcol.config import Reading, Step
from seatrial.engines.otelcol.entries import Framing, entry
from seatrial.engines.otelcol.quoting import quoted

_TAIL = r'","stream":"[^\n]*\n'
_PIECE = rf'(?:[^\n]*(?:[^n\n]|[^\\\n]n){_TAIL}\{{"log":")'
_LAST = rf"[^\n]*\\n{_TAIL}"
FRAMING = Framing(
    begin=r'\{"log":"',
    end=rf"(?:\\r)?\\n{_TAIL}",
    rest=r"[^\n]*\n",
    # four pieces are 64 KiB; what is still longer goes on as an entry of its own
    whole=rf"(?:{_PIECE}{{0,3}}{_LAST}|{_PIECE}{{3}}[^\n]*\n)",
    indent=r"(?: |\\t)",
    other=r"(?:[^{\\\n]|\\[^n])",
    # whatever does not begin or end as a line does: an engine that was killed leaves half of one
    alien=r"[^{][^\n]*\n|[^\n]*[^}\n]\n",
)
SEAM = r'","stream":"[^\n]*\n\{"log":"'
_CUT = r"\\+(?:u[0-9a-fA-F]{0,3})?$"  # the half of a character's name
_LONGEST = 512 * 1024  # bytes in the file: a character may have six there
_KEPT = 64 * 1024
_OLDER = 3
_OBJECT = 'log.cache["object"]'
_GIVEN = f'Time({_OBJECT}["time"], "%Y-%m-%dT%H:%M:%S%j")'
_TEXT = f'{_OBJECT}["log"]'


def reading(replicas: Iterable[tuple[str, int]]) -> Reading:
    """Of these replicas' files, each by its name: where nothing lies yet, no file is looked for."""
    return Reading(
        files=tuple(
            f"{name}.{number}.log{older}"
            for name, number in replicas
            for older in ("", *(f".{each}" for each in range(1, _OLDER + 1)))
        ),
        entry=entry(FRAMING),
        longest=_LONGEST,
        unframed=_unframed(),
    )


def _unframed() -> Step:
    """The text of an entry out of its frames, and when the engine was given it.

    That instant takes the place of the one at which it was read, which may be much later. What is
    no whole object was cut off: it is made one, or not stored, because nobody could mask it.
    """
    whole = f"set({_OBJECT}, ParseJSON(log.body)) where {_OBJECT} == nil"
    return Step(
        name="unframe",
        conditions=("IsString(log.body)",),
        statements=(
            f'replace_pattern(log.body, "{quoted(SEAM)}", "") where Index(log.body, "\\n") >= 0',
            whole,
            f'replace_pattern(log.body, "{quoted(_CUT)}", "") where {_OBJECT} == nil',
            f'set(log.body, Concat([log.body, "\\"}}"], "")) where {_OBJECT} == nil',
            whole,
            f'set(log.attributes["damaged"], "cut off") where not IsString({_TEXT})',
            f'set(log.body, "not readable") where not IsString({_TEXT})',
            f"set(log.body, {_TEXT}) where IsString({_TEXT})",
            f'set(log.observed_time, {_GIVEN}) where IsString({_OBJECT}["time"])',
            'replace_pattern(log.body, "\\\\s+$", "")',
            f"set(log.body, Substring(log.body, 0, {_KEPT})) where Len(log.body) > {_KEPT}",
        ),
    )
