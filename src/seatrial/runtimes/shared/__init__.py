"""What every runtime needs and none owns: order, locks, the journal of undo, edges, ready checks.

No process, container or folder layout of one runtime may live here.
"""
