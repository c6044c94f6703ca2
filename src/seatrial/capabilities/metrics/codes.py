"""The codes of the problems that `check` finds, as `seatrial explain ST2101` shows them.

ST21 the collection cannot serve what the file promises. A code is never given a new meaning.
"""

from collections.abc import Mapping

from seatrial.system.codes import CodeDoc

CODES: Mapping[str, CodeDoc] = {
    "ST2101": CodeDoc(
        "a window longer than the samples are kept",
        "An SLO is judged over a window of which the older part has already been deleted, so its "
        "error budget can never be shown whole.",
        "Raise `monitoring.retention` above the window, or shorten the SLO's `window`.",
    ),
    "ST2102": CodeDoc(
        "a service that cannot be seen",
        "The service has neither metrics nor a port, so nothing can tell whether it lives.",
        "Add `metrics: {port: ...}`, or a port under `ports` that can be asked.",
    ),
    "ST2103": CodeDoc(
        "an unknown team in monitoring.owner",
        "Alerts about the monitoring itself would go to a team that is not in this file.",
        "Name one of the `teams`, or delete the key: then the first team is told.",
    ),
    "ST2104": CodeDoc(
        "a latency between two buckets",
        "The prober counts durations in buckets. A limit at which no bucket ends is in no series, "
        "so the alert on it could never fire.",
        "Use one of the limits that the message lists.",
    ),
    "ST2105": CodeDoc(
        "an exporter without metrics",
        "The service that is to show a store's figures shows none of its own.",
        "Add `metrics: {port: ...}` to that service.",
    ),
    "ST2106": CodeDoc(
        "a store that is seen from outside only",
        "The store runs without seatrial, which knows no password of it. Whether it takes "
        "connections is probed, and paged; of its figures nothing is known, so that `coverage/all` "
        "stays unknown.",
        "Name a user that may log in, and the secret with its password, in `stores.NAME.monitor`. "
        "Or let an exporter run with the store as a service of your compose file, import it, and "
        "name it in `stores.NAME.exporter`.",
    ),
    "ST2107": CodeDoc(
        "a login without a user",
        "The store's product lets nobody ask for figures without a user's name.",
        "Write `stores.NAME.monitor.user`; the user needs no right but to log in.",
    ),
    "ST2108": CodeDoc(
        "a journey that waits for too long",
        "The prober can keep 1000 runs under way. Of runs that wait for more than an hour too few "
        "end for anything to be said of them.",
        "Make all `until.within` of the journey's steps together an hour at most.",
    ),
    "ST2109": CodeDoc(
        "a certificate that nobody judges",
        "Probes ask by address, and a certificate is for a name. Outside a rehearsal the chain and "
        "the name are judged where `hostname` says which name that is; without it only the end of "
        "the certificate is watched.",
        "Write the name that users know the service by in `services.NAME.hostname`.",
    ),
    "ST2110": CodeDoc(
        "runbooks that are not published",
        "An alert carries a link to its runbook. Outside a rehearsal this is a path in a folder, "
        "which nobody can open from Slack, a mail or a pager.",
        "Publish the rendered runbooks where your team reads, and write the address with which "
        "each begins as `monitoring.runbooks`.",
    ),
    "ST2111": CodeDoc(
        "a centre in no region",
        "The centre, where the samples of all regions meet, stands in one of the regions.",
        "Name one of the `regions` as `monitoring.centre.region`, or delete the key: then it "
        "stands in the home region.",
    ),
    "ST2112": CodeDoc(
        "a centre that forgets too early",
        "What the centre records is summed up over 30 days, of which the older part is deleted.",
        "Set `monitoring.centre.retention` to 31d or more.",
    ),
    "ST2113": CodeDoc(
        "a token in clear text",
        "Samples are written to the centre over plain HTTP, and the token with them.",
        "Write `monitoring.centre.url` with `https://`.",
    ),
    "ST2115": CodeDoc(
        "a step that is not declared safe",
        "POST, PUT, PATCH and DELETE change something, and a prober sends them for ever. Outside "
        "of rehearsals a journey with such a step is walked only where each of them is declared "
        "safe; else nobody looks at it there, and its SLO says nothing.",
        "Write `safe: true` in the step, once you know that the system bears it and that `cleanup` "
        "takes back what a run makes.",
    ),
    "ST2116": CodeDoc(
        "more pages than a prober's browser opens",
        "Where pages hang, each run holds one until its time is over. A run for which no page is "
        "free is unknown, and does not count as failed, so that an outage may not be told.",
        "Write a longer `every` for some of the journeys that a browser walks, or shorten the "
        "`within` of their steps.",
    ),
    "ST2117": CodeDoc(
        "pages of several regions under one name",
        "Each region's own way in is walked and judged by itself. What sends requests takes the "
        "name with it to each of them; a browser finds one place for a name.",
        "Walk the journey by `steps`, or delete the `hostname` of the service at which it begins.",
    ),
    "ST2114": CodeDoc(
        "a key for a door without a lock",
        "`token` and `headers` are for a centre of your own. The one that seatrial runs is reached "
        "without them.",
        "Write `monitoring.centre.url`, or delete the key.",
    ),
}
