"""Raw artefacts, each in a file named after its SHA-256."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from seatrial.evidence.disk import written
from seatrial.evidence.failure import EvidenceFailure


@dataclass(frozen=True, slots=True)
class Blobs:
    """A content-addressed folder: `ab/abcdef...`, files of mode 0600."""

    folder: Path

    def put(self, content: bytes) -> str:
        """Keep it, synced to disk; returns its SHA-256 in hex. Raises EvidenceFailure."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path(sha256)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # one that is there but damaged is made whole again
            if self.wrong(sha256):
                written(path, content, mode=0o600, replace=True)
        except OSError as error:
            raise EvidenceFailure(
                f"an artefact cannot be written ({error.strerror})",
                "make room on the disk, and give the folder to the user who runs seatrial",
                str(path),
            ) from None
        return sha256

    def get(self, sha256: str) -> bytes:
        """The content of that digest. Raises EvidenceFailure when it is missing or damaged."""
        wrong = self.wrong(sha256)
        if wrong:
            raise EvidenceFailure(
                f"the artefact {wrong}", "run the drill again", str(self.path(sha256))
            )
        return self.path(sha256).read_bytes()

    def wrong(self, sha256: str) -> str:
        """What is wrong with the file of that digest, in a few words, or empty."""
        return wrong(self.path(sha256), sha256)

    def path(self, sha256: str) -> Path:
        """Where the file of that digest lies. Raises ValueError for what is not a digest."""
        if len(sha256) != hashlib.sha256().digest_size * 2 or set(sha256) - set("0123456789abcdef"):
            raise ValueError(f"{sha256!r} is not a SHA-256 in hex")
        return self.folder / sha256[:2] / sha256


def wrong(path: Path, sha256: str) -> str:
    """What is wrong with a file that should have this digest, in a few words, or empty."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return "" if found == sha256 else "was changed"
