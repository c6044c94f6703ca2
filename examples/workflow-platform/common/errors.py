"""The one error that crosses every layer: a store does not answer."""


class DependencyDownError(Exception):
    """A store refused, closed or did not answer in time; `store` names it."""

    def __init__(self, store: str, reason: str) -> None:
        super().__init__(f"{store}: {reason}")
        self.store = store
        self.reason = reason
