"""Where a known product keeps its data in a container, and whether a mount holds it.

Folders are those that the makers of the images document. An image that declares a volume of its
own at a folder keeps it out of whatever is mounted above: the engine puts an unnamed one there.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from seatrial.review.images import Image, image
from seatrial.review.makers import Maker, maker, postgres_version
from seatrial.review.products import Product, recognise
from seatrial.system.importers.sketch import Container, Mount

_OLD_POSTGRES, _POSTGRES = "/var/lib/postgresql/data", "/var/lib/postgresql"
_FIRST_ABOVE = 18  # since then a folder of each version lies below, and the volume one level above
_MOVED_BY = ("PGDATA", "POSTGRESQL_DATA_DIR", "POSTGRESQL_VOLUME_DIR", "MARIADB_DATA_DIR",
             "MYSQL_DATA_DIR", "MONGODB_DATA_DIR", "BITNAMI_VOLUME_DIR")  # fmt: skip
_OPTIONS = ("--datadir", "--dbpath", "--data-dir")
_BUILDS = ("-repmgr", "-galera", "-sharded", "-cluster")


def homes(container: Container) -> tuple[str, ...]:
    """The folders in one of which the data lies; none where these files do not tell."""
    product, parts = recognise(container.image), image(container.image)
    if product is None or parts is None or not product.folder:
        return ()
    moved = _moved(container)
    if moved is not None:
        return (moved,) if moved.startswith("/") and "$" not in moved else ()
    match maker(parts):
        case Maker.OFFICIAL:
            return _official(product, parts)
        case Maker.BITNAMI:
            return _bitnami(parts)
    return ()


def held(container: Container) -> Iterator[Mount]:
    """The mounts that hold the data; without a known folder any that may."""
    known = homes(container)
    for mount in container.mounts:
        if not mount.target or mount.kind in {"config", "secret"}:
            continue
        if _covers(container, mount, known) if known else _may(mount):
            yield mount


def _moved(container: Container) -> str | None:
    """The folder that a variable or an option of the server names; "" for one that is not known."""
    for one in container.variables:
        if one.name in _MOVED_BY:
            return one.value or ""
    words = " ".join(container.command).split()
    for at, word in enumerate(words):
        option, equals, value = word.partition("=")
        if option in _OPTIONS:
            return value if equals else (words[at + 1] if at + 1 < len(words) else "")
    return None


def _official(product: Product, parts: Image) -> tuple[str, ...]:
    if product.folder == _OLD_POSTGRES:
        return _of_postgres(postgres_version(parts))
    if product.name == "InfluxDB":
        later = tuple(f"{product.folder}{number}" for number in (2, 3))
        return _by_age(parts.version[:1], product.folder, later)
    return (product.folder,)


def _of_postgres(version: int | None) -> tuple[str, ...]:
    if version is None:
        return (_POSTGRES, _OLD_POSTGRES)
    return (_POSTGRES,) if version >= _FIRST_ABOVE else (_OLD_POSTGRES,)


def _by_age(major: tuple[int, ...], first: str, later: tuple[str, ...]) -> tuple[str, ...]:
    if not major:
        return (*later, first)
    return (first,) if major == (1,) else later


def _bitnami(parts: Image) -> tuple[str, ...]:
    name = parts.base
    for build in _BUILDS:
        name = name.removesuffix(build)
    # MinIO's was moved below the others' in 2023
    return (f"/bitnami/{name}", *(("/data",) if name == "minio" else ()))


def _covers(container: Container, mount: Mount, known: tuple[str, ...]) -> bool:
    target = PurePosixPath(mount.target)
    return any(
        # A part of the data counts, but for what was the folder of PostgreSQL before.
        target == home
        or (home in target.parents and not (str(home) == _POSTGRES and _is_old(target)))
        or (target in home.parents and not _between(container, target, home))
        for home in map(PurePosixPath, known)
    )


def _is_old(target: PurePosixPath) -> bool:
    return target == PurePosixPath(_OLD_POSTGRES)


def _between(container: Container, target: PurePosixPath, home: PurePosixPath) -> bool:
    """Whether the image's own volume lies between a mount and the data below it."""
    parts, product = image(container.image), recognise(container.image)
    if parts is None or product is None or maker(parts) is not Maker.OFFICIAL:
        return False
    own = map(PurePosixPath, _official(product, parts))
    return all(target in each.parents and (each == home or each in home.parents) for each in own)


def _may(mount: Mount) -> bool:
    """Whether it may hold data: no file, nothing read-only, no scripts, no configuration."""
    target = PurePosixPath(mount.target)
    odd = target.suffix or "etc" in target.parts or "initdb" in mount.target
    return not odd and not mount.read_only
