"""Executes queued runs. Start it with `python -m worker`.

__main__ starts and drains; consume takes messages; leases decides who may execute a run;
execute works through its steps; sweep looks after what was lost.
"""
