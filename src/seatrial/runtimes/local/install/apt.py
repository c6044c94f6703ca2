"""An apt of our own for one suite: its lists, downloads and dependencies, nothing installed."""

import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from seatrial.runtimes.local.install import apt_conf, apt_sources
from seatrial.runtimes.local.install.command import Commands, Finished
from seatrial.runtimes.local.install.failure import Unavailable, refusal

_TOOLS = ("apt-get", "apt-cache", "apt-config", "dpkg-deb")
_ONLY_NEEDED = tuple(
    f"--no-{kind}"
    for kind in ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")
)


@dataclass(frozen=True, slots=True)
class Apt:
    """One suite's archive, as apt sees it through `conf`."""

    suite: str
    conf: Path
    commands: Commands

    def download(self, packages: Sequence[str], into: Path) -> tuple[Path, ...]:
        """Fetch the packages' archives, checked by apt against the signed lists."""
        done = self._run("apt-get", "--quiet", "download", *packages, cwd=into, timeout=600)
        if not done.ok:
            raise refusal(f"downloading {' '.join(packages)} failed", done.output)
        return tuple(sorted(into.glob("*.deb")))

    def stood_for(self, metapackage: str) -> str:
        """The versioned package that a metapackage depends on (postgresql: postgresql-15)."""
        for name in self._depends(metapackage, recurse=False):
            if name.removeprefix(f"{metapackage}-").isdigit():
                return name
        raise Unavailable(f"{metapackage} is not in this suite")

    def closure(self, packages: Sequence[str]) -> tuple[str, ...]:
        """Everything that the packages need, directly or not, themselves left out."""
        names = self._depends(*packages, recurse=True)
        return tuple(name for name in names if name not in packages)

    def unpack(self, archive: Path, into: Path) -> None:
        """Unpack one package's files, without running anything of it."""
        done = self.commands.run(["dpkg-deb", "-x", str(archive), str(into)], timeout=120)
        if not done.ok:
            raise refusal(f"unpacking {archive.name} failed", done.output)

    def _depends(self, *packages: str, recurse: bool) -> tuple[str, ...]:
        words = ["depends", *_ONLY_NEEDED, *(["--recurse"] if recurse else []), *packages]
        done = self._run("apt-cache", *words)
        if not done.ok:
            raise refusal(f"asking for what {' '.join(packages)} needs failed", done.output)
        found = (
            line.strip().removeprefix("|").partition("Depends: ")[2] or line
            for line in done.output.splitlines()
            if recurse or "Depends: " in line
        )
        names = (name.strip() for name in found)
        plain = (name for name in names if name and " " not in name and name[0] != "<")
        return tuple(dict.fromkeys(plain))

    def _run(self, *argv: str, cwd: Path | None = None, timeout: float = 120) -> Finished:
        return self.commands.run(argv, env={"APT_CONFIG": str(self.conf)}, cwd=cwd, timeout=timeout)


@dataclass(slots=True)
class AptSuites:
    """The suites that one installation asks for: each list is fetched once, failures remembered."""

    work: Path
    commands: Commands
    etc: Path = Path("/etc/apt")
    os_release: Path = Path("/etc/os-release")
    _made: dict[str, Apt | Unavailable] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def suite(self, name: str, tell: Callable[[], None]) -> Apt:
        """The suite, its lists fetched ("" is the machine's own). Raises Unavailable."""
        with self._guard:
            if name not in self._made:
                try:
                    self._made[name] = self._make(name, tell)
                except Unavailable as reason:
                    self._made[name] = reason
            made = self._made[name]
        if isinstance(made, Unavailable):
            raise type(made)(str(made))
        return made

    def _make(self, name: str, tell: Callable[[], None]) -> Apt:
        for tool in _TOOLS:
            if shutil.which(tool) is None:
                raise Unavailable(f"{tool} is not on this machine")
        system = _os_release(self.os_release)
        if name and system.get("ID") != "debian":
            raise Unavailable(f"{name} is a suite of Debian, this machine is {system.get('ID')}")
        codename = system.get("VERSION_CODENAME", "")
        entries = apt_sources.choose(self._entries(), codename, name)
        if not entries:
            raise Unavailable(f"{self.etc} names no archive of {codename or 'this system'}")
        folder = self.work / f"apt-{name or 'own'}"
        for below in ("state/lists/partial", "cache/archives/partial", "log"):
            (folder / below).mkdir(parents=True)
        (folder / "status").touch()
        (folder / "seatrial.sources").write_text(apt_sources.to_deb822(entries), encoding="utf-8")
        dump = self.commands.run(["apt-config", "dump"])
        conf = folder / "apt.conf"
        keep = apt_conf.settings_to_keep(dump.output)
        conf.write_text(apt_conf.conf(folder, keep), encoding="utf-8")
        tell()
        fetched = self.commands.run(
            ["apt-get", "--quiet", "update", "--error-on=any"],
            env={"APT_CONFIG": str(conf)},
            timeout=300,
        )
        if not fetched.ok:
            raise refusal(
                f"fetching the package lists of {name or codename} failed", fetched.output
            )
        return Apt(name, conf, self.commands)

    def _entries(self) -> tuple[apt_sources.Entry, ...]:
        parts = self.etc / "sources.list.d"
        lists = [self.etc / "sources.list", *sorted(parts.glob("*.list"))]
        found = [apt_sources.parse_list(_text(path)) for path in lists]
        found += [apt_sources.parse_deb822(_text(path)) for path in sorted(parts.glob("*.sources"))]
        return tuple(entry for entries in found for entry in entries)


def _os_release(path: Path) -> Mapping[str, str]:
    pairs = (line.partition("=") for line in _text(path).splitlines())
    return {key: value.strip("\"'") for key, equals, value in pairs if equals}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
