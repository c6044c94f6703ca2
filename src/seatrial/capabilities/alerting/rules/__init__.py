"""The alerts that seatrial writes for a system, one family a module, each alert with its test.

Only PromQL and the reasons for its thresholds live here; who is told is in `routes`.
"""
