"""What describes the system, and its secrets: sealed to a key that is held apart.

What may not live here: how a bundle is made or opened.
"""
