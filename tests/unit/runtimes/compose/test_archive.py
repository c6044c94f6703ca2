import io
import tarfile

from seatrial.runtimes.compose.archive import Entry, only_file, packed

FOLDER = Entry(path="self", data=None, mode=0o750, uid=7, gid=8)
SECRET = Entry(path="self/key", data=b"hush", mode=0o600, uid=7, gid=8)


def test_an_archive_has_owners_and_modes_in_numbers() -> None:
    with tarfile.open(fileobj=io.BytesIO(packed((FOLDER, SECRET), 1000.5))) as tar:
        folder, secret = tar.getmembers()
    assert (folder.isdir(), folder.mode, folder.uid, folder.gid) == (True, 0o750, 7, 8)
    assert (secret.mode, secret.uid, secret.gid, secret.mtime) == (0o600, 7, 8, 1000.5)
    assert (secret.uname, secret.gname) == ("", "")


def test_a_link_leads_where_it_says() -> None:
    link = Entry(path="logs/api.0.log", data=None, mode=0o777, uid=0, gid=0, link="/shown/a")
    with tarfile.open(fileobj=io.BytesIO(packed((link,), 0))) as tar:
        (found,) = tar.getmembers()
    assert found.issym()
    assert found.linkname == "/shown/a"


def test_the_one_file_of_an_archive_comes_out() -> None:
    assert only_file(packed((FOLDER, SECRET), 0)) == b"hush"
    assert only_file(packed((FOLDER,), 0)) is None
