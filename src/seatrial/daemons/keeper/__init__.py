"""The log keeper: stands before a store that says yes to what it holds in memory only.

VictoriaLogs writes what it took to disk within a second, and a SIGKILL in that second loses it,
although the sender was told that all is well. The keeper has every request on disk until the store
has lived long enough after its yes; where the store begins a new life, it sends them again.
"""
