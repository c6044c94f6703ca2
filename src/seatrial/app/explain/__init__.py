"""`seatrial explain`: what a word of the catalogue, the file or the plan means.

Answers are values; how they look is `cli`'s. Nothing here runs or writes anything.
"""

from seatrial.app.explain.answer import Answer, Proof
from seatrial.app.explain.find import explain, nearest, words

__all__ = ["Answer", "Proof", "explain", "nearest", "words"]
