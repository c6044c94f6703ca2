"""What was promised for a journey, and what users got over a range of time. Pure.

`samples` are counters as they were read, `account` says how they count, `render` writes it down.
"""
