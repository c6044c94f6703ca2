"""Our daemons in an image that is somebody else's, whose programs one of them calls.

All of ours lies below one folder there, and nothing of theirs is covered or used: our programs are
started by our own loader, with our own libraries. So it does not matter on which system theirs is
built, nor whether it has any of this. Ways of the loader: ld.so(8); of `.pth` files: Python's site.
"""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from seatrial.runtimes.compose.images import interpreter
from seatrial.runtimes.compose.images.dockerfile import joined
from seatrial.runtimes.compose.images.image import ENGINE, INPUTS, VERSION, Image
from seatrial.runtimes.compose.images.tree import Entry, Tree
from seatrial.runtimes.shared.wanted import DAEMONS

PACKAGES = "opt/seatrial"  # what the daemons import, in their own image
_PLACE = "opt/seatrial-daemons"  # in another image: the root of ours
_STARTS = "opt/within"  # in ours: `ld` is the loader, `lib` has the libraries, `bin` the programs
START = f"/{_PLACE}/{_STARTS}"  # the same folder in the other image
_NO_LIBRARIES = (f"{interpreter.LIBRARY}/", "opt/")  # modules, and what a program finds itself
PYTHON = (
    f"{START}/ld",
    "--library-path",
    f"{START}/lib",
    f"/{_PLACE}{interpreter.PROGRAM}",
    *("-I", "-u", "-B"),  # variables and packages of their image are for their Python
)


def starts(files: Mapping[str, Entry]) -> dict[str, Entry]:
    """Links by which all that is in an image is found below any folder, and our packages' place."""
    found = {
        f"{_STARTS}/{place}": Entry(link=f"{'../' * (2 + place.count('/'))}{path}")
        for place, path in _places(files)
    }
    packages = f"{interpreter.LIBRARY}/site-packages/seatrial.pth"
    up = "../" * packages.count("/")
    return {**found, packages: Entry(text=f"{up}{PACKAGES}\n")}


def _places(files: Mapping[str, Entry]) -> Iterator[tuple[str, str]]:
    for path in files:
        whole = PurePosixPath(path)
        if ".so" in whole.name and not path.startswith(_NO_LIBRARIES):
            yield ("ld" if whole.name.startswith("ld-") else f"lib/{whole.name}"), path
        elif len(whole.parts) == 4 and whole.parts[::2] == ("opt", "bin"):  # noqa: PLR2004 - opt/redis/bin/redis-cli
            yield f"bin/{whole.name}", path


def described(why: str, ours: Image, base: Image) -> tuple[Tree, str, str]:
    """What to send, the Dockerfile, and the tag: another one whenever either image is."""
    tag = f"{ours.version}-{Tree().digest(ours.id, base.id)}"
    labels = {ENGINE: DAEMONS, VERSION: ours.version, INPUTS: tag}
    return Tree(), joined(why, ours=ours.name, base=base.name, place=_PLACE, labels=labels), tag
