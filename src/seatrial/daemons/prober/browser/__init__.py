"""Journeys that a browser walks: what their steps are, and the one process that holds a browser.

`model`, `read`, `pattern` and `faults` are pure. The prober's side (`holder`) imports no browser's
library: that is in a process of its own, `python -m seatrial.daemons.prober.browser`, which is
there only where the plan has such a journey, stalls nobody else's schedule, and ends with its
prober, whatever ends that. What may not live here: how runs are counted; the prober's runner does.
"""
