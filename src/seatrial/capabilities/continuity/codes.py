"""The codes of the problems that `check` finds, as `seatrial explain ST8101` shows them.

ST81 the section `continuity`. A code is never given a new meaning.
"""

from collections.abc import Mapping

from seatrial.system.codes import CodeDoc

CODES: Mapping[str, CodeDoc] = {
    "ST8101": CodeDoc(
        "somebody takes part who is not there",
        "An exercise names a team or person that is not in this file, so that nobody could call"
        " them.",
        "Name one of the `teams` or `people`, or delete it.",
    ),
    "ST8102": CodeDoc(
        "an audience that is not there",
        "An exercise is to inform somebody of whom the file does not say how they are reached.",
        "Name one of `continuity.audiences`, or add it there.",
    ),
    "ST8103": CodeDoc(
        "a part that is not there",
        "The loss of something is to be talked through that is not in this file.",
        "Name one of the `services`, `stores` or `externals`, or delete it.",
    ),
    "ST8104": CodeDoc(
        "a word that no template knows",
        "What is told to an audience has a placeholder for which nothing is known.",
        "Write ${system} or ${exercise}, or plain text.",
    ),
    "ST8105": CodeDoc(
        "an audience that cannot be reached",
        "It has neither a chat channel nor an e-mail address.",
        "Write `chat` or `email` under it.",
    ),
    "ST8106": CodeDoc(
        "a key that this kind of exercise has no use for",
        "A checklist and a table-top break nothing, inform nobody and follow no page, and a drill"
        " and a full exercise have no cards.",
        "Delete the key, or write another kind.",
    ),
}
