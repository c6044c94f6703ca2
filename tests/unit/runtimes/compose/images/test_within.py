"""Our daemons in an image of somebody else: found below a folder, whatever lies beside it."""

from __future__ import annotations

from pathlib import PurePosixPath

from seatrial.runtimes.compose.images import within
from seatrial.runtimes.compose.images.image import Image, Source
from seatrial.runtimes.compose.images.tree import Entry

_FILES = {
    "lib64/ld-linux-x86-64.so.2": Entry(text="loader"),
    "lib/x86_64-linux-gnu/libc.so.6": Entry(text="libc"),
    "usr/lib/x86_64-linux-gnu/libssl.so.3": Entry(text="ssl"),
    "home/own/python/lib/libpython3.11.so.1.0": Entry(text="where this machine has its Python"),
    "usr/local/lib/python3.11/lib-dynload/_ssl.cpython.so": Entry(text="a module"),
    "opt/restic/bin/restic": Entry(link="../root/usr/bin/restic"),
    "opt/restic/root/usr/bin/restic": Entry(text="restic"),
    "opt/seatrial/seatrial/__init__.py": Entry(text=""),
    "etc/passwd": Entry(text="ours"),
}


def _image(name: str, digest: str) -> Image:
    return Image(reference=name, id=digest, source=Source.BUILT, version="1", tag=name)


def test_each_link_leads_to_what_it_is_called_after() -> None:
    found = within.starts(_FILES)
    links = {path: each.link for path, each in found.items() if each.link is not None}
    assert {path.removeprefix("opt/within/") for path in links} == {
        "ld",
        "lib/libc.so.6",
        "lib/libssl.so.3",
        "lib/libpython3.11.so.1.0",
        "bin/restic",
    }
    for path, link in links.items():
        # below any folder: whoever follows it leaves that of the link, and comes to the file
        where = list(PurePosixPath("other", "root", path).parent.parts)
        for part in PurePosixPath(link).parts:
            where = where[:-1] if part == ".." else [*where, part]
        assert where[:2] == ["other", "root"]
        assert "/".join(where[2:]) in _FILES


def test_our_python_finds_our_packages_without_a_variable() -> None:
    (path,) = (each for each in within.starts(_FILES) if each.endswith(".pth"))
    text = within.starts(_FILES)[path].text
    assert text is not None
    up = text.strip().removesuffix("opt/seatrial")
    assert PurePosixPath(up) == PurePosixPath(*[".."] * len(PurePosixPath(path).parent.parts))
    assert "-I" in within.PYTHON, "variables of their image are for their Python"


def test_the_image_is_theirs_with_ours_below_one_folder() -> None:
    ours, base = _image("seatrial/daemons:1-a", "sha256:1"), _image("acme/front:1", "sha256:2")
    tree, text, tag = within.described("daemons in front", ours, base)
    assert not tree.entries
    assert text.splitlines()[1:4] == [
        "FROM seatrial/daemons:1-a AS ours",
        "FROM acme/front:1",
        "COPY --from=ours / /opt/seatrial-daemons/",
    ]
    assert "USER" not in text, "it runs as theirs does"
    assert tag == within.described("x", ours, base)[-1]
    other = _image("acme/front:1", "sha256:3")
    assert tag != within.described("daemons in front", ours, other)[-1], "they were built anew"
