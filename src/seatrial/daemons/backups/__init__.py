"""Takes a store's backups when they are due, restores them, and shows in drills that it can.

Stands in the store's own place: it runs as the same user and reads the same folder, because
pgBackRest reads the server's files themselves. It does one thing at a time. Nothing may live here
that decides how often, how long, how much: the plan says that.
"""
