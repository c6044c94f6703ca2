"""The codes of the problems that `check` finds, as `seatrial explain ST4101` shows them.

ST41 names in the section `tracing`. A code is never given a new meaning.
"""

from collections.abc import Mapping

from seatrial.system.codes import CodeDoc

CODES: Mapping[str, CodeDoc] = {
    "ST4101": CodeDoc(
        "an unknown team in tracing.owner",
        "Alerts about the tracing itself would go to a team that is not in this file.",
        "Name one of the `teams`, or delete the key: then the first team is told.",
    ),
    "ST4102": CodeDoc(
        "an unknown service in tracing.spanless",
        "A service that is not in this file is excused from making spans.",
        "Name one of the `services`, or delete the key.",
    ),
    "ST4103": CodeDoc(
        "no PostgreSQL store in tracing.statements",
        "A proof makes a statement slow by a trigger, which only a PostgreSQL store has.",
        "Name one of the `stores` whose engine is postgres, or delete the key.",
    ),
    "ST4104": CodeDoc(
        "services that run without seatrial are not told where to send their spans",
        "Beside a project seatrial sets no variable. A service without this one sends its spans"
        " elsewhere or makes none, and the traces of journeys through it are torn.",
        "Set the variable where the service runs, in its compose file or its .env, and make the"
        " container anew; or name what makes no spans in `tracing.spanless`, with why.",
    ),
}
