"""The one error that a daemon may end with before it is ready."""

from __future__ import annotations


class StartError(Exception):
    """The daemon cannot start; the message names the place, the reason and the cure."""
