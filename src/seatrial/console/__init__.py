"""Pages in a browser, served on loopback: rooms for people, beside the command line.

Words and drawings only: what is shown comes from `app`. Nothing here reaches a runtime by itself.
"""
