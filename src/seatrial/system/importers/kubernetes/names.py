"""Names that are given once."""


class Names:
    """Gives each name once: who asks for one that is taken gets it with a number."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    def __contains__(self, name: str) -> bool:
        """Whether the name is taken."""
        return name in self._last

    def take(self, name: str) -> str:
        """The name itself, else `name-2`, `name-3` ..."""
        given, number = name, self._last.get(name, 1)
        while given in self._last:
            number += 1
            given = f"{name}-{number}"
        # Remembered, so that thousands of equal names do not count from the beginning each time.
        self._last[name] = number
        self._last.setdefault(given, 1)
        return given
