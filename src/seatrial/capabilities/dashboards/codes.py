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
    "ST2202": CodeDoc(
        "a panel of your own names no board",
        "It would stand nowhere: a panel is drawn on the board of a service, of a store, on the "
        "overview, or on that of the business, the hosts or the monitoring.",
        "Write one of these names under `board`.",
    ),
    "ST2203": CodeDoc(
        "the query of a panel of your own is not PromQL",
        "Prometheus would refuse it, and the panel would say so instead of showing anything.",
        "Mend the query. Of rates, the range is `[$window]`, or one of your own (`[5m]`).",
    ),
    "ST2204": CodeDoc(
        "a panel of your own asks for a metric that nothing tells",
        "The panel would be empty, and an empty panel looks like a quiet system. Known are the "
        "metrics that the file declares, and the names that products and OpenTelemetry give.",
        "Mend the name, or declare the metric under `metrics`: then its data is proven, too.",
    ),
}
