"""What a reviewer of production readiness says from the files alone.

A rule looks at what was read (a `Subject`: a sketch of others' files, or a system) and tells what
is missing, where, how risky that is and which lines cure it; the overview says of each requirement
what is there. Pure: nothing is started, read from a disk or asked of a network, and the day is an
argument. Nothing here may say `proven`: files prove nothing. What the files do not say is unknown.
How a finding looks is the command line's affair; who reads and writes files is `app`'s.
"""
