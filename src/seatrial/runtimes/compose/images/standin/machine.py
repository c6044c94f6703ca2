"""What an image needs to reach the package mirrors that this machine reaches: no secrets.

Sources and proxies of apt, settings of pip, certificate authorities. What holds a name and a
password in its address is left out: an image is not the place for it.
"""

import configparser
import re
from collections.abc import Iterator
from pathlib import Path

_AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
_OWN = Path("/usr/local/share/ca-certificates")
_PIP = Path("/etc/pip.conf")
_PIP_KEPT = ("index-url", "extra-index-url", "trusted-host", "cert")
_SECRET = re.compile(r"//[^/\s@]+@")
_QUIET = (
    "# Documents only make an image larger.\n"
    "path-exclude /usr/share/doc/*\npath-exclude /usr/share/man/*\n"
    "path-exclude /usr/share/locale/*\n"
)


def files(sources: str, apt_dump: str) -> Iterator[tuple[str, str, int]]:
    """Path, text and mode of each file. `sources` is the text of a .sources file."""
    yield "etc/apt/sources.list.d/debian.sources", sources, 0o644
    yield "etc/dpkg/dpkg.cfg.d/seatrial", _QUIET, 0o644
    proxies = [
        line
        for line in apt_dump.splitlines()
        if re.match(r"Acquire::https?::Proxy\b", line) and not _SECRET.search(line)
    ]
    if proxies:
        yield "etc/apt/apt.conf.d/80seatrial", "\n".join(proxies) + "\n", 0o644
    for path in sorted(_OWN.glob("*.crt")) if _OWN.is_dir() else ():
        yield str(path).lstrip("/"), _text(path), 0o644
    if _AUTHORITIES.exists():
        yield str(_AUTHORITIES).lstrip("/"), _text(_AUTHORITIES), 0o644
    settings = pip(_text(_PIP))
    if settings:
        yield "etc/pip.conf", settings, 0o644


def pip(text: str) -> str:
    """What pip needs of a pip.conf; authorities come from the image's own bundle, if any."""
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
    except configparser.Error:
        return ""
    kept = {
        key: value
        for key, value in (parser.items("global") if parser.has_section("global") else ())
        if key in _PIP_KEPT and not _SECRET.search(value)
    }
    if "cert" in kept:
        kept["cert"] = str(_AUTHORITIES)
    lines = [f"{key} = {value}" for key, value in sorted(kept.items())]
    return "[global]\n" + "\n".join(lines) + "\n" if lines else ""


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
