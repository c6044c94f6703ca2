"""Sees attacks that take several lines: counts, sets and orders of events in windows that slide.

It asks the log store for the lines that rules match, evaluates what they are together, and tells
Alertmanager. `correlate` and `plan` are pure. It keeps nothing: each look reads whole windows anew,
so that a restart loses nothing and a line that comes late still counts.
"""
