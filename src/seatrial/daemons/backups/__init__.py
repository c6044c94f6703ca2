"""Takes a store's backups when they are due, restores them, and shows in drills that it can.

What every product does alike is here, and decides nothing by the product's name; each has a folder
of its own. The daemon does one thing at a time. Nothing may live here that decides how often, how
long, how much: the plan says that.
"""
