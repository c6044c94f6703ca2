"""A store that is moved to its other region by itself, once two of three regions agree.

Owns who agrees, what the mover is told, and the drills in which nobody types anything. What may not
live here: how people move it.
"""
