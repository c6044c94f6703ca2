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
        "Name one of the `journeys`, or delete the key: with no `services` nor `stores` either, "
        "the time is then left out of all.",
    ),
    "ST6102": CodeDoc(
        "a quorum of more regions than there are",
        "So many regions must see a failure before it counts, and there are fewer: no failure could"
        " ever count.",
        "Write `majority`, or a number of at most as many as there are regions.",
    ),
    "ST6103": CodeDoc(
        "a check of a service that is not there",
        "It names a service that is not in this file.",
        "Name one of the `services`; what is not in the file is asked by `target`.",
    ),
    "ST6104": CodeDoc(
        "a check of a team that is not there",
        "Nobody would be told when it fails.",
        "Name one of the `teams`, or delete the key.",
    ),
    "ST6105": CodeDoc(
        "a check that is called as something else",
        "Alerts tell what they are about by name: those of the check and those of the service,"
        " store or journey of the same name could not be told apart.",
        "Give the check a name of its own.",
    ),
    "ST6107": CodeDoc(
        "a part of the system in a region outside",
        "In a region outside nothing of the system stands but a prober that somebody runs there.",
        "Take the region out of the service's or store's `regions`, or delete `outside`.",
    ),
    "ST6108": CodeDoc(
        "results from outside that nobody takes",
        "A rendered cluster has no door for what probers outside send home, so that their region "
        "stays blind there.",
        "Run a prober in a region of the cluster, or delete the region.",
    ),
    "ST6109": CodeDoc(
        "a URL for a service that no journey begins at",
        "`synthetics.reach` says where users outside reach services that journeys begin at; nobody "
        "begins at this one.",
        "Name a service that a journey starts at, or delete the key.",
    ),
    "ST6110": CodeDoc(
        "maintenance of a service or store that is not there",
        "It is announced for something that is not in this file, so that whoever is woken by what "
        "is really worked on would be woken all the same.",
        "Name one of the `services` or `stores`; with neither of them nor `journeys` it concerns "
        "the whole system.",
    ),
    "ST6106": CodeDoc(
        "a check of a port that is not there",
        "There is nothing that could be asked: the service has no such port, or what the check"
        " speaks is not asked of a service.",
        "Name one of the service's `ports`, or write a `target`.",
    ),
}
