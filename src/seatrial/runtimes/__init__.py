"""Where workloads run: the only door to processes, containers, mounts and sockets.

One folder a runtime, each a stranger to the others and to every capability.
"""
