r"""Where one entry ends and the next begins: a pattern that matches exactly one entry.

It stands in the receiver and not in an operator: what the receiver has not given away yet is read
again after a crash, what an operator holds back is lost.

An entry is a line, with the lines after it that are indented. A Python traceback ends with a line
that is not, and may go on with the exception that it was caused by. A traceback belongs to the
line before it, which says what was going on, unless that is JSON.
"""

_REST = r"[^\n]*\n"
_INDENTED = rf"(?:[ \t]{_REST})"
_HEAD = rf"Traceback \(most recent call last\):\n{_INDENTED}+"
_EXCEPTION = rf"[A-Za-z_]{_REST}{_INDENTED}*"
_CAUSED = (
    r"\n(?:During handling of the above exception, another|The above exception was the direct)"
    rf"{_REST}\n"
)
_TRACEBACK = rf"{_HEAD}{_EXCEPTION}(?:{_CAUSED}{_HEAD}{_EXCEPTION})*"
# Its alternatives begin differently, so that a line is read once: JSON first, as most lines are.
ENTRY = rf"\A(?:\{{{_REST}|{_TRACEBACK}|\n|[^{{\n]{_REST}{_INDENTED}*(?:{_TRACEBACK})?)"
