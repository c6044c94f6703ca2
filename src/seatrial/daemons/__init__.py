"""Our own long-running processes: sink, watchdog, prober. Each is an ordinary workload.

A daemon is thin and light (a few dozen megabytes): it decides in pure modules and acts in small
ones, binds only the address it was given, and ends on SIGTERM. What may not live here: anything
that imports another part of seatrial. A daemon knows only this folder, so that it starts at once
and can be shipped alone.
"""
