"""The codes of the problems that `check` finds, as `seatrial explain ST7101` shows them.

ST71 backups cannot be taken as the file promises. A code is never given a new meaning.
"""

from collections.abc import Mapping

from seatrial.system.codes import CodeDoc

CODES: Mapping[str, CodeDoc] = {
    "ST7101": CodeDoc(
        "a setting of a backup that cannot be",
        "The store would be backed up otherwise than was meant, or not at all.",
        "Correct the value that the message names, or delete the key: each has a default.",
    ),
    "ST7102": CodeDoc(
        "a backup of a product that seatrial cannot back up yet",
        "Nobody would take it, and the file would promise what is not there.",
        "Delete `backup` of that store, and back it up by other means. What you run as a service is"
        " backed up by its `keeps`, with commands of its own.",
    ),
    "ST7103": CodeDoc(
        "a backup of a store whose data need not survive",
        "`durable: false` says that its data may be lost, `backup` that it may not.",
        "Delete one of the two.",
    ),
    "ST7104": CodeDoc(
        "backups that are kept for less than the time between two full ones",
        "A restore needs a full backup before the instant that it goes back to.",
        "Keep them for longer, or take a full one more often.",
    ),
    "ST7105": CodeDoc(
        "a store or a service's files that nobody backs up, though backups are promised",
        "What it holds is lost with its disk, and the file promises that nothing is.",
        "Declare its `backup`, say `durable: false` where its data may be lost, or except it with"
        " reason, owner and last day.",
    ),
    "ST7106": CodeDoc(
        "snapshots that are further apart than what may be lost",
        "What is written between two snapshots is lost with the server.",
        "Take them more often, or allow for a greater RPO.",
    ),
    "ST7107": CodeDoc(
        "an invariant of a Redis store that is no command",
        "It could not be asked of a restored copy, and nothing would be known of it.",
        "Write a command of Redis that answers 1 while the data is sound.",
    ),
    "ST7109": CodeDoc(
        "a recovery key that is none",
        "Nothing could be sealed to it: the file and its secrets would be lost with the machine.",
        "Write the line that `seatrial key new --out FILE` prints; it begins with age1.",
    ),
    "ST7110": CodeDoc(
        "a secret key where the one that is told belongs",
        "Who has it opens every backup of the system, and the file is read by many.",
        "Make a new key with `seatrial key new --out FILE`, and write its half that begins with"
        " age1. What was sealed to the old one is open to whoever has seen the file.",
    ),
    "ST7111": CodeDoc(
        "a team that is told of the system's own backups, and that there is not",
        "Nobody would be told when the system is not sealed.",
        "Name one of the `teams`, or delete the key: then the first team is told.",
    ),
    "ST7112": CodeDoc(
        "a system whose own file and secrets are sealed nowhere, where R20 is promised",
        "With the machine all of it is gone, and what is encrypted with its secrets stays so.",
        "`seatrial key new --out recovery.key`; its public half goes under `backup.recovery_key`.",
    ),
    "ST7121": CodeDoc(
        "files of a service that are kept and not backed up",
        "The folder is neither copied nor put out by a command: it is lost with its disk.",
        "Name it under `backup.files`, or write the two commands that stand for it.",
    ),
    "ST7122": CodeDoc(
        "commands of a backup that do not make a pair",
        "What one puts out nobody could bring back, or there is nothing to bring back.",
        "Write both `backup` and `restore`, with `${out}` where they put it out and find it.",
    ),
    "ST7123": CodeDoc(
        "files of a service that runs in several regions",
        "Each region keeps its own, and the backup would have those of one.",
        "Name one of its `regions`, or keep the files in a store that they share.",
    ),
    "ST7124": CodeDoc(
        "a folder under `backup.files` that the service does not keep",
        "Nothing would be copied of it.",
        "Name one of its `keeps`.",
    ),
    "ST7108": CodeDoc(
        "a second region for backups in which nothing can lie",
        "The backups would lie at home alone, and be lost with it.",
        "Name a region of the file that is run and is not home.",
    ),
}
