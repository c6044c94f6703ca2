"""How long things may take, the same on every runtime."""

COMMAND_SECONDS = 300.0  # a command in a workload
