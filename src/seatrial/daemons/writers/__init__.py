"""Writes to a store that fails over all the time, and tells what became of each write.

Pure modules decide (`plan`, `seen`); sessions, the loops around them and HTTP are thin.
"""
