"""Stands before a service in a drill, passes everything on, and spoils the answer of one route.

It is how a journey breaks in one later step alone: the service itself stays as it is, its health is
asked elsewhere, and every other request has the service's own answer. It holds no other fault, and
nobody is led through it but in that drill.
"""
