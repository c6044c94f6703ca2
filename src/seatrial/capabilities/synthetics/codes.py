"""The codes of the problems that `check` finds, as `seatrial explain ST6101` shows them.

ST61 names in the section `synthetics`. A code is never given a new meaning.
"""

from collections.abc import Mapping

from seatrial.system.codes import CodeDoc

CODES: Mapping[str, CodeDoc] = {
    "ST6101": CodeDoc(
        "maintenance of a journey that is not there",
        "A time is to be left out of what was promised for a journey that is not in this file, so "
        "that it would be left out of nothing.",
        "Name one of the `journeys`, or delete the key: then the time is left out of all.",
    ),
}
