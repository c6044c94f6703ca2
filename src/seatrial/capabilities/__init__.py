"""One folder a promise to the user; none knows another.

They tell each other what they need through declarations, ask engines' modules for product syntax,
and never reach a process, a socket or a file.
"""
