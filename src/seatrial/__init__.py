"""seatrial: sea trials for containerised systems.

A team describes its system once; seatrial runs real engines around it and proves production
readiness by exercising each promise. The layers, lowest first: system, contract, drills and
evidence, engines, capabilities and runtimes, app, cli / console / daemons.
"""
