"""What was asked of a running system cannot be done: bad input, and not a failure."""


class Unclear(Exception):  # noqa: N818 - bad input, not a failure
    """A sentence, and the cure."""

    def __init__(self, summary: str, cure: str) -> None:
        """Both are told."""
        super().__init__(f"{summary}; {cure}" if cure else summary)
