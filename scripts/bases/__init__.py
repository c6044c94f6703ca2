"""Brings the images that the Dockerfiles below a folder build on, for demos and tests.

On a machine whose container engine reaches no registry: what can be pulled is pulled, what cannot
be had is stood in for by an image made of Debian's packages, and an image that is there stays. A
user's own `docker compose build` then runs unchanged.
"""
