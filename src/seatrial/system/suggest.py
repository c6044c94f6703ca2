"""The nearest candidate for a word that is not known."""

import difflib
from collections.abc import Collection

_CUTOFF = 0.6


class Suggester:
    """Finds near words within a budget of comparisons, so that bad files cost bounded time.

    A comparison takes some ten microseconds: a thousand dangling names against a thousand known
    ones would take ten seconds, and nobody reads a thousand suggestions.
    """

    def __init__(self, budget: int = 20_000) -> None:
        self._budget = budget

    def nearest(self, word: str, candidates: Collection[str]) -> str | None:
        """The closest candidate, the first in alphabetical order of equals, or None."""
        self._budget -= len(candidates)
        if self._budget < 0 or len(word) > 100:  # noqa: PLR2004 - longer than any name
            return None
        folded = {name.casefold(): name for name in sorted(candidates, reverse=True)}
        found = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=_CUTOFF)
        return folded[found[0]] if found else None

    def cure(self, word: str, candidates: Collection[str], otherwise: str) -> str:
        """`did you mean "payments"?`, or what else to do."""
        near = self.nearest(word, candidates)
        return otherwise if near is None else f'did you mean "{near}"?'
