"""What the machine itself writes, as lines of a workload: its journal, its log files, its kernel.

It reads what it is told to, and writes each entry as a line of JSON on its standard output; from
there on these lines go the way of all others. It changes nothing of the machine.
"""
