"""Beside a compose project that stays as it is: its containers are found, watched and tried.

Nothing here makes, changes or removes anything of that project: containers are started, stopped
and frozen by faults, and end as they were. What seatrial runs is a project of its own, whose
containers join the other's networks.
"""
