"""The exit codes of every command."""

READY, NOT_READY, BAD_INPUT, UNDETERMINED, INTERRUPTED = 0, 1, 2, 3, 130
