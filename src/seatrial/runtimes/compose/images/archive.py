"""Images in one file, for machines without a network: written with digests, checked when loaded.

seatrial-images.tar
images/0.tar ...   each as `docker save` writes it
images.json        their names, sizes and SHA-256; the last member
"""

import hashlib
import json
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from docker.errors import ImageNotFound

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.client import Client, failures
from seatrial.runtimes.compose.images.image import STAND_IN

_MANIFEST = "images.json"
_FORMAT = 1
_BLOCK = 1 << 20
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One image in the file; `stand_in` tells that it only bears the name of another."""

    reference: str
    file: str
    size: int
    sha256: str
    stand_in: bool = False


def save(client: Client, references: Iterable[str], into: Path, tell: Tell) -> tuple[Member, ...]:
    """Write the images to a file, which is there whole or not at all. Raises RuntimeFailure."""
    beside = into.with_name(f".{into.name}.part")
    members: list[Member] = []
    try:
        with failures(f"writing {into}"), tarfile.open(beside, "w") as archive:
            for number, reference in enumerate(dict.fromkeys(references)):
                tell(reference)
                with tempfile.TemporaryFile(dir=into.parent) as spool:
                    member = _spooled(client, reference, f"images/{number}.tar", spool)
                    _add(archive, member.file, spool, member.size)
                members.append(member)
            document = {"format": _FORMAT, "images": [asdict(each) for each in members]}
            with tempfile.TemporaryFile() as text:
                data = (json.dumps(document, indent=2) + "\n").encode()
                text.write(data)
                _add(archive, _MANIFEST, text, len(data))
        beside.replace(into)
    finally:
        beside.unlink(missing_ok=True)
    return tuple(members)


def load(client: Client, file: Path, tell: Tell) -> tuple[tuple[Member, bool], ...]:
    """Load every image of a file, after all of it was checked; tells which were taken.

    An image that only stands in for another is not taken where that one is there. Raises
    RuntimeFailure; then nothing was loaded that the file did not promise.
    """
    try:
        with tarfile.open(file, "r:") as archive:
            members = _manifest(archive, file)
            for each in members:
                tell(f"checking {each.reference}")
                _check(archive, each, file)
            return tuple((each, _loaded(client, archive, each, tell)) for each in members)
    except (OSError, tarfile.TarError) as error:
        raise RuntimeFailure(f"{file} cannot be read: {error}", _AGAIN) from error


_AGAIN = "write it again with `seatrial images save`, and copy it whole"


def _spooled(client: Client, reference: str, name: str, spool: IO[bytes]) -> Member:
    digest, size = hashlib.sha256(), 0
    image = client.sdk.images.get(reference)
    blocks: Any = image.save(chunk_size=_BLOCK, named=reference)
    for block in blocks:
        digest.update(block)
        spool.write(block)
        size += len(block)
    return Member(
        reference=reference,
        file=name,
        size=size,
        sha256=digest.hexdigest(),
        stand_in=STAND_IN in image.labels,
    )


def _add(archive: tarfile.TarFile, name: str, file: IO[bytes], size: int) -> None:
    file.seek(0)
    member = tarfile.TarInfo(name)
    member.size = size
    archive.addfile(member, file)


def _manifest(archive: tarfile.TarFile, file: Path) -> tuple[Member, ...]:
    try:
        document = json.loads(_open(archive, _MANIFEST).read())
        if document["format"] != _FORMAT:
            raise RuntimeFailure(f"{file} is of a newer seatrial", "update seatrial")
        return tuple(Member(**each) for each in document["images"])
    except (KeyError, TypeError, ValueError) as error:
        raise RuntimeFailure(f"{file} is not a file of images, or not whole", _AGAIN) from error


def _check(archive: tarfile.TarFile, each: Member, file: Path) -> None:
    digest = hashlib.sha256()
    try:
        for block in _blocks(_open(archive, each.file)):
            digest.update(block)
    except KeyError as error:
        raise RuntimeFailure(f"{file} lacks {each.reference}", _AGAIN) from error
    if digest.hexdigest() != each.sha256:
        raise RuntimeFailure(
            f"{each.reference} in {file} is not what was saved: its SHA-256 differs", _AGAIN
        )


def _loaded(client: Client, archive: tarfile.TarFile, each: Member, tell: Tell) -> bool:
    with failures(f"loading {each.reference}"):
        if each.stand_in and _real(client, each.reference):
            return False
        tell(f"loading {each.reference}")
        client.sdk.images.load(_open(archive, each.file))
    return True


def _real(client: Client, reference: str) -> bool:
    try:
        return STAND_IN not in client.sdk.images.get(reference).labels
    except ImageNotFound:
        return False


def _open(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    found = archive.extractfile(name)
    if found is None:
        raise KeyError(name)
    return found


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: stream.read(_BLOCK), b"")
