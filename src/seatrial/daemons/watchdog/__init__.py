"""Pages by itself when the monitoring dies: Prometheus, Alertmanager, or the path between them.

Alertmanager sends it the always-firing watchdog alert every 10 to 15 s. `decide`, `beat` and
`messages` are pure. What may not live here: any way of paging that passes through Alertmanager.
"""
