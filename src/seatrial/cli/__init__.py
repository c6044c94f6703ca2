"""Words on screen: one file a command. Data on stdout, progress on stderr, exit codes that mean.

0 ready or done, 1 not ready, 2 bad input or usage, 3 could not determine, 130 interrupted.
"""
