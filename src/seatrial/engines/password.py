"""The file in which an exporter reads the password of the store that it asks."""

from seatrial.contract.output import File


def files(store: str, secret: str, path: str, text: str) -> tuple[File, ...]:
    """One secret file with that text; none where the store asks for no password."""
    why = f"the password with which {store} is asked"
    return (File(path=path, text=text, why=why, secret=True),) if secret else ()
