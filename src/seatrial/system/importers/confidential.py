"""What must not be copied out of others' files: values that are secrets by their name or look."""

import re

from seatrial.system.mask import MASK
from seatrial.system.secrecy import hidden, is_secret

_REFERENCE = re.compile(r"\$\((\w+)\)")
_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
_LONGEST = 20_000
_MOST_WORDS = 500
_CONTEXT = 6
_SHORT = 200


def confidential(name: str, value: str) -> bool:
    """Whether a variable of that name holds a secret; `$(NAME)` alone and `yes` are none."""
    plain = _REFERENCE.sub("", value[:_LONGEST])
    return bool(plain) and is_secret(name, plain)


def masked(words: tuple[str, ...]) -> tuple[str, ...]:
    """A command line whose passwords are replaced by ***; references to variables stay.

    What is longer than any real command is cut: at 500 words, and each at 20,000 characters.
    """
    shown = [
        _masked(words[max(0, at - _CONTEXT) : at], word[:_LONGEST])
        for at, word in enumerate(words[:_MOST_WORDS])
    ]
    return (*shown, "…") if len(words) > _MOST_WORDS else tuple(shown)


def _masked(before: tuple[str, ...], word: str) -> str:
    """The word as it may be shown after those before it: `--requirepass` makes it a password."""
    if before and before[-1].startswith("-") and is_secret(before[-1], word):
        takes_it = "=" not in before[-1] and not word.startswith(("-", "$", "/"))
        if takes_it:
            return MASK
    plain = _REFERENCE.sub(r"${\1}", word)
    context = " ".join(("", *(each for each in before if len(each) <= _SHORT), ""))
    covered, known = hidden(context + plain), hidden(context)
    if not covered.startswith(known):
        return MASK
    shown = covered[len(known) :]
    if shown == plain:
        return word
    return _PLACEHOLDER.sub(r"$(\1)", shown) if "$(" in word else shown
