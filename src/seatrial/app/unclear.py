"""What was asked of a running system cannot be done: bad input, and not a failure."""

from collections.abc import Iterable

from seatrial.system.suggest import Suggester


class Unclear(Exception):  # noqa: N818 - bad input, not a failure
    """A sentence, and the cure."""

    def __init__(self, summary: str, cure: str) -> None:
        """Both are told."""
        super().__init__(f"{summary}; {cure}" if cure else summary)


def unknown(what: str, name: str, known: Iterable[str]) -> Unclear:
    """There is none of that name: `no store is called ordrs`, with what was meant, or what is."""
    names = tuple(known)
    otherwise = f"there are {', '.join(names)}" if names else "there is none"
    return Unclear(f"no {what} is called {name}", Suggester().cure(name, names, otherwise))
