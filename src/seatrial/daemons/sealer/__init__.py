"""Seals what describes a system, and its secrets, to a key that is held apart; keeps the bundles.

It is given what it seals, and holds no key that opens. What may not live here: how a bundle is
opened, which is for another machine.
"""
