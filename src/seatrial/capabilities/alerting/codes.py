"""The codes of the problems that `check` finds, as `seatrial explain ST3101` shows them.

ST31 promises about alerting that cannot be kept as written, ST32 names in the section `alerting`.
A code is never given a new meaning.
"""

from collections.abc import Mapping

from seatrial.system.codes import CodeDoc

CODES: Mapping[str, CodeDoc] = {
    "ST3101": CodeDoc(
        "an SLO whose burn pages late",
        "A burn-rate alert fires once enough of the error budget is spent. With a budget this "
        "large, even a total outage spends it too slowly to page within `targets.fault_to_page`.",
        "Rely on the outage alerts, which page in time, or set a higher `availability`.",
    ),
    "ST3103": CodeDoc(
        "too little traffic for the SLO",
        "A journey that is walked fewer than 1000 times an hour makes its error ratio jump by "
        "more than the budget with each failure.",
        "Raise the journey's `peak`, or set a lower `availability`.",
    ),
    "ST3104": CodeDoc(
        "a promise that rests on a weaker one",
        "The SLO of a journey promises more than the SLO of a service which that journey crosses.",
        "Raise the one or lower the other: a chain is as available as its weakest link.",
    ),
    "ST3105": CodeDoc(
        "a team that no alert can reach",
        "The team owns a service or a store, and has neither `chat` nor `email` nor `pager`.",
        'Give it a channel, as `chat: "#platform"`.',
    ),
    "ST3106": CodeDoc(
        "outage alerts that page late",
        "Added up, the scrape interval, the evaluation, `alerting.hold` and `alerting.group_wait` "
        "can take longer than `targets.fault_to_page` promises.",
        "Shorten `alerting.hold`, `alerting.group_wait` or `monitoring.scrape`, or allow more "
        "time.",
    ),
    "ST3107": CodeDoc(
        "an SLO that nothing watches",
        "Error budgets are measured along journeys, from the users' side. An SLO of a service gets "
        "no burn-rate alert; it only counts as what the journeys that cross it rest on.",
        "Write `journey:` in place of `service:`, with a journey that runs through the service.",
    ),
    "ST3108": CodeDoc(
        "a journey whose failure pages late because it waits",
        "A run that waits is not done before its time is over: 10 s, and each `until.within` of "
        "its steps. Where it hangs, `JourneyFailing` knows only then, and that can be later than "
        "`targets.fault_to_page` promises. What fails at once still pages in time.",
        "Shorten `until.within`, or allow more time in `targets.fault_to_page`.",
    ),
    "ST3201": CodeDoc(
        "an unknown team in a mute time",
        "`alerting.mute` names a team that is not in this file, so the mute would hold nothing.",
        "Name one of the `teams`, or leave `teams` out: then it is for all.",
    ),
    "ST3202": CodeDoc(
        "an unknown team in alerting.owner",
        "Alerts about the host and the alerting path would go to a team that is not in this file.",
        "Name one of the `teams`, or delete the key: then the first team is told.",
    ),
    "ST3203": CodeDoc(
        "a mute time in a zone that Kubernetes does not know",
        "The Prometheus Operator's AlertmanagerConfig has no time zones. The mute time is left "
        "out there: its tickets are sent at all hours, so that none is held back at a wrong one.",
        "Write its times in UTC and `timezone: UTC`, or leave it as it is.",
    ),
    "ST3204": CodeDoc(
        "pages that reach nobody",
        "A team's `chat` and `email` need `alerting.slack` and `alerting.email` to be reached by, "
        "and its pager a key. A rehearsal has its own; this environment has none of them.",
        "Write `alerting.slack` or `alerting.email`, or give the team a `pager`.",
    ),
}
