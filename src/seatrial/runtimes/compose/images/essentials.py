"""What every image that is made here holds beside its programs, and the user it runs as."""

from collections.abc import Iterator
from pathlib import Path
from shutil import which

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.images.tree import Entry, folder

USER = 65532  # of no machine's package; the same in every image
_PASSWD = f"""\
root:x:0:0:root:/root:/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin
seatrial:x:{USER}:{USER}:seatrial:/tmp:/sbin/nologin
"""
_GROUP = f"root:x:0:\nnogroup:x:65534:\nseatrial:x:{USER}:\n"
_USUAL = "/bin:/usr/bin"
_AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
_ZONES = Path("/usr/share/zoneinfo")
_NO_ZONES = ("posix", "right", "posixrules", "localtime")


def essentials() -> Iterator[tuple[str, Entry]]:
    """Users, names, a place for scratch files, and this machine's authorities and time zones."""
    yield "etc/passwd", Entry(text=_PASSWD)
    yield "etc/group", Entry(text=_GROUP)
    yield "etc/nsswitch.conf", Entry(text="passwd: files\ngroup: files\nhosts: files dns\n")
    yield "tmp", Entry(mode=0o1777)
    if _AUTHORITIES.exists():
        yield str(_AUTHORITIES).lstrip("/"), Entry(source=_AUTHORITIES.resolve())
    if _ZONES.is_dir():
        yield from folder(_ZONES, str(_ZONES).lstrip("/"), without=_NO_ZONES)


def utility(name: str) -> tuple[str, Path]:
    """Where programs look for one that every Unix has, and the file that is it here.

    Raises RuntimeFailure where this machine has none.
    """
    found = which(name, path=_USUAL)
    if found is None:
        raise RuntimeFailure(f"this machine has no program {name}, which an image needs")
    return f"bin/{name}", Path(found).resolve()
