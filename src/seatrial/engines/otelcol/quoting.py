"""Texts within the collector's statements."""


def quoted(text: str) -> str:
    """As it stands between the quotation marks of a statement."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
