"""The codes of the problems that `check` finds, as `seatrial explain ST5401` shows them.

ST54 rules that look for attacks. A code is never given a new meaning.
"""

from collections.abc import Mapping

from seatrial.system.codes import CodeDoc

CODES: Mapping[str, CodeDoc] = {
    "ST5401": CodeDoc(
        "no Sigma rule",
        "The file is not YAML, or what it says is no rule of the Sigma format: a title, a log "
        "source, detections and a condition, or a correlation.",
        "Mend what the message names; the Sigma rules specification lists the keys.",
    ),
    "ST5402": CodeDoc(
        "a rule that is not in force: it cannot be said exactly",
        "The rule uses something that the log store's language has no words for, or a correlation "
        "that has no exact meaning over sliding windows. It is refused rather than said roughly.",
        "Say it otherwise, as docs/detection.md shows, or take the rule out.",
    ),
    "ST5403": CodeDoc(
        "a rule that is not in force: nothing writes such logs",
        "The rule's `logsource` fits no service, store or engine of this system.",
        "Correct `logsource`, or take the rule out.",
    ),
    "ST5404": CodeDoc(
        "a rule that is not in force: no such field",
        "The logs that the rule looks at have fields of fixed names, and this is none of them: the "
        "rule could never match.",
        "Use one of the fields that the message names.",
    ),
    "ST5405": CodeDoc(
        "two rules of one name",
        "An alert is told by its name, so that no two rules may have the same.",
        "Give one of them another `name` or `title`, or leave the pack's out by "
        "`detection.without`.",
    ),
    "ST5406": CodeDoc(
        "an unknown team in detection.owner",
        "Alerts of attacks on the monitoring would go to a team that is not in this file.",
        "Name one of the `teams`, or delete the key: then the first team is told.",
    ),
    "ST5407": CodeDoc(
        "an unknown rule in detection.without",
        "No rule has this name, so that leaving it out changes nothing.",
        "Write the name of a rule as its alert has it, or delete the entry.",
    ),
}
