"""Texts of others, without what steers a terminal or turns what is read around."""


def printable(text: str, *, keep: str = "") -> str:
    """Each sign that is not to be seen (ESC, C1, marks of direction) as U+FFFD, but for `keep`."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each in keep else "\ufffd" for each in text)
