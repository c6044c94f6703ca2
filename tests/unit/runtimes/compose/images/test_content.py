"""What an image holds where several engines are in it."""

from __future__ import annotations

from seatrial.runtimes.compose.images.content import Content
from seatrial.runtimes.compose.images.tree import Entry

_OURS = Content(
    name="daemons",
    version="1",
    why="the daemons",
    files={"lib/a": Entry(text="a"), "etc/passwd": Entry(text="ours")},
    env={"LD": "/one", "LANG": "C"},
    run=("compile",),
)
_TOOL = Content(
    name="redis",
    version="7",
    why="Redis 7",
    files={"opt/redis/bin/x": Entry(text="x"), "etc/passwd": Entry(text="ours")},
    path=("/opt/redis/bin",),
    env={"LD": "/two"},
)


def test_programs_and_libraries_of_both_are_found() -> None:
    both = _OURS.beside(_TOOL)
    assert set(both.files) == {"lib/a", "etc/passwd", "opt/redis/bin/x"}
    assert both.env == {"LD": "/one:/two", "LANG": "C"}
    _, text, tag = both.described()
    assert 'PATH="/opt/redis/bin:/usr/local/sbin' in text
    assert '"seatrial.tool.redis"' in text or "seatrial.tool.redis=" in text
    assert tag.startswith("1-")
    assert tag != _OURS.described()[-1]


def test_built_on_ours_it_has_the_same_tag_and_sends_only_the_rest() -> None:
    both = _OURS.beside(_TOOL)
    tree, text, tag = both.described("seatrial/daemons:1-abc", _OURS.files)
    whole, alone, same = both.described()
    assert tag == same
    assert set(tree.entries) == {"opt/redis/bin/x"}
    assert set(whole.entries) == set(both.files)
    assert ("FROM seatrial/daemons:1-abc" in text, "RUN" in text) == (True, False)
    assert ("FROM scratch" in alone, "RUN" in alone) == (True, True)
