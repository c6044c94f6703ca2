"""Faults on containers, one family a module: each plans its undo as plain data, acts, and undoes.

The undo is data because it is journalled before the act, and may be carried out by another
process after a crash. Every undo is harmless when repeated.
"""
