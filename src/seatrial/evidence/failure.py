"""The one error of evidence: what went wrong, where, and the cure."""


class EvidenceFailure(Exception):  # noqa: N818 - a failure of the world, not of the program
    """Evidence could not be read, written or trusted.

    `place` is the file or folder ("" for none), `summary` a sentence, `cure` what to do about it.
    """

    def __init__(self, summary: str, cure: str, place: str = "") -> None:
        """Keep the parts apart, so that every face can show them in its own way."""
        super().__init__(f"{place}: {summary}; {cure}" if place else f"{summary}; {cure}")
        self.place = place
        self.summary = summary
        self.cure = cure
