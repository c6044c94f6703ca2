"""docs/reference/problems.md: every code of a problem, what it means and how it is cured."""

from collections.abc import Mapping

from scripts.generate.tables import table

from seatrial.app import assess, cluster, commands, init, registry, taken
from seatrial.system.codes import CODES, CodeDoc

_HEAD = """\
# Problems

Every code that `seatrial check` can show, generated from the code. Each problem has a place, a \
sentence and a cure; here is what stands behind the code. `seatrial explain ST1203` says the same \
on the command line. A code is never given a new meaning.
"""


def page() -> str:
    """The page."""
    parts = [_HEAD]
    for title, codes in groups():
        rows = (
            (f"**{code}**", doc.title, doc.meaning, doc.cure) for code, doc in sorted(codes.items())
        )
        head = ("code", "problem", "meaning", "cure")
        parts.append(f"## {title}\n\n{table(head, rows)}")
    return "\n".join(parts)


def groups() -> tuple[tuple[str, Mapping[str, CodeDoc]], ...]:
    """Who finds a problem, and the codes that it gives."""
    return (
        ("The file", CODES),
        ("Names that are taken", taken.CODES),
        ("A first file (`seatrial init`)", init.CODES),
        ("A first look (`seatrial assess`)", assess.CODES),
        ("An environment on Kubernetes (`seatrial plan -e`)", cluster.CODES),
        ("What is started (`seatrial up`)", commands.CODES),
        *((each.title, each.codes) for each in registry.capabilities() if each.codes),
    )
