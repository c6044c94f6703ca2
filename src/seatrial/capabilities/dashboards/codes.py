"""The codes of the problems that `check` finds, as `seatrial explain ST2201` shows them.

ST22 boards cannot serve whoever looks at them. A code is never given a new meaning.
"""

from collections.abc import Mapping

from seatrial.system.codes import CodeDoc

CODES: Mapping[str, CodeDoc] = {
    "ST2201": CodeDoc(
        "an unknown team in dashboards.owner",
        "The boards of hosts and monitoring would belong to a team that is not in this file.",
        "Name one of the `teams`, or delete the key: then they are the first team's.",
    ),
}
