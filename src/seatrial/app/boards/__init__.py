"""Boards with their figures: what is to be drawn, asked of Prometheus through the runtime.

No page and no words about how it looks: that is the console's.
"""

from seatrial.app.boards.figures import Drawing, Line, State, Unseen, columns
from seatrial.app.boards.source import NoSuchBoard, Source
from seatrial.app.boards.span import Span, Unreadable, read

__all__ = [
    "Drawing",
    "Line",
    "NoSuchBoard",
    "Source",
    "Span",
    "State",
    "Unreadable",
    "Unseen",
    "columns",
    "read",
]
