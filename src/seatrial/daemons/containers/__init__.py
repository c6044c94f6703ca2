"""Containers' own figures: CPU, memory, network, restarts, kills for want of memory, throttling.

Reads the machine's control groups and process table, which are shown to it read-only; it asks no
container engine, and holds no socket of one. Control groups of version 1, 2 and both at once.
Each replica is asked for by its address, so that nobody has to tell it which containers there are.

It stands beside every system and does one small thing, so it is one thread on a bare socket: the
web server of the other daemons alone would weigh more than all of it.
"""
