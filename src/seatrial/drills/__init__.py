"""Scenarios run over a runtime: steady state, inject, watch, undo, recover.

Steps and their order only. What a fault is, is the runtime's; what should be seen, is an
expectation's. No sockets, no clock of its own: both are arguments.
"""
