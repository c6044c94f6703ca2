"""Single questions to one address: HTTP, TLS, TCP, DNS, ICMP, gRPC health.

Every way to fail has one word of `reasons`, so that the series of a check are bounded. What could
not be asked is `unknown`, and never up. `model`, `reasons`, `read`, `timetable` and the bytes of
`echo` are pure. What may not live here: journeys of several steps, verdicts, alerts.
"""
