"""The codes of the problems that `check` finds, as `seatrial explain ST5101` shows them.

ST51 logs cannot be kept as the file promises. A code is never given a new meaning.
"""

from collections.abc import Mapping

from seatrial.system.codes import CodeDoc

CODES: Mapping[str, CodeDoc] = {
    "ST5101": CodeDoc(
        "an unknown team in logs.owner",
        "Alerts about the log pipeline would go to a team that is not in this file.",
        "Name one of the `teams`, or delete the key: then the first team is told.",
    ),
    "ST5102": CodeDoc(
        "secrets are stored as they are written",
        "What services write by mistake (tokens, passwords, card numbers) stays in the log store "
        "until the retention ends, for whoever may search it.",
        "Leave `logs.mask` out, or name `tokens`, `passwords` and `cards` in it.",
    ),
}
