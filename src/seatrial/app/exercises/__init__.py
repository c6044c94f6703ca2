"""Exercises are prepared, held, written down and signed: the order of steps.

What a record is held to is continuity's; drills are run by the trial, as every proof is, and what
is signed goes to the one store of evidence. An exercise is a journal until it is closed: each line
is on disk before the next step, so that one that was killed is gone on with, or named.
"""
