"""Stands in for Slack, PagerDuty and the mail server in a rehearsal.

It checks each notification as the real receiver would, stamps its arrival, and keeps it on the
disk. `slack`, `pagerduty`, `mail` and `webhook` are pure: bytes in, parts of an arrival out. What
may not live here: any opinion on whether a notification was expected.
"""
