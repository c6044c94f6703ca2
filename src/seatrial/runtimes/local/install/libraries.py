"""Which shared libraries a program misses here, and which package most likely has them. Pure."""

import re
from collections.abc import Iterable, Sequence

# Of the system itself: taking these from elsewhere would mix two C libraries in one process.
_SYSTEM = ("libc6", "libc-bin", "libcrypt1")
# Libraries that Debian ships in a package of another library's name.
_TOGETHER = {"libcrypto": "libssl", "liblber": "libldap"}


def missing(ldd: str) -> tuple[str, ...]:
    """The names of libraries that `ldd` does not find, each once."""
    return tuple(dict.fromkeys(re.findall(r"^\s*(\S+) => not found", ldd, re.MULTILINE)))


def newer_system(ldd: str) -> str | None:
    """The symbol version of a C library newer than this machine's, when `ldd` complains of one."""
    match = re.search(r"version `(GLIBC(?:XX)?_[0-9.]+)' not found", ldd)
    return match.group(1) if match else None


def likely(name: str, packages: Iterable[str]) -> tuple[str, ...]:
    """Packages in the order in which to look for a library of this name.

    Debian policy 8.1: the package of `libfoo.so.5` is named libfoo5, of `libfoo2.so.5` libfoo2-5.
    Names that begin alike come next; only library packages are named at all.
    """
    stem, _, number = name.lower().replace("_", "-").partition(".so")
    number = number.lstrip(".")
    stems = [stem]
    for alone, together in _TOGETHER.items():
        if stem.startswith(alone):
            stems.insert(0, together + stem.removeprefix(alone))
    wanted = {f"{each}{dash}{number}" for each in stems for dash in ("", "-")}

    def rank(package: str) -> tuple[bool, int, str]:
        plain = package.removesuffix("t64")
        alike = max(_shared(plain, each) for each in stems)
        return (plain not in wanted, -alike, package)

    usable = (package for package in packages if _is_library(package, stems))
    return tuple(sorted(usable, key=rank))


def _shared(one: str, other: str) -> int:
    """How many leading characters two names share."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def _is_library(package: str, stems: Sequence[str]) -> bool:
    if package in _SYSTEM:
        return False
    return package.startswith("lib") or any(package.startswith(s[3:]) for s in stems if s[3:])
