"""What goes into an image that is made here."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from seatrial.runtimes.compose.images import dockerfile
from seatrial.runtimes.compose.images.build import failed
from seatrial.runtimes.compose.images.closure import loaded
from seatrial.runtimes.compose.images.daemons import distributions
from seatrial.runtimes.compose.images.tree import Entry, Tree, folder, write

_SOURCE = Path(__file__).parents[5] / "src/seatrial"


def _made(tmp_path: Path) -> Tree:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/prog").write_text("#!/bin/sh\n")
    (tmp_path / "bin/prog").chmod(0o700)
    (tmp_path / "bin/link").symlink_to("prog")
    (tmp_path / "bin/lost").symlink_to("/etc/lost")
    (tmp_path / "doc").mkdir()
    (tmp_path / "doc/read.me").write_text("x")
    found = dict(folder(tmp_path, "opt/x", without=("doc/",)))
    return Tree({**found, "etc/passwd": Entry(text="root"), "tmp": Entry(mode=0o1777)})


def test_an_archive_holds_every_file_owned_by_root_in_folders_that_all_may_enter(
    tmp_path: Path,
) -> None:
    into = io.BytesIO()
    write(_made(tmp_path), "FROM scratch\n", into)
    into.seek(0)
    with tarfile.open(fileobj=into) as archive:
        found = {each.name: (oct(each.mode), each.linkname) for each in archive}
        assert {each.uid for each in archive} == {0}
    assert found == {
        "Dockerfile": ("0o644", ""),
        "root/etc": ("0o755", ""),
        "root/opt": ("0o755", ""),
        "root/opt/x": ("0o755", ""),
        "root/opt/x/bin": ("0o755", ""),
        "root/etc/passwd": ("0o644", ""),
        "root/opt/x/bin/link": ("0o777", "prog"),
        "root/opt/x/bin/prog": ("0o755", ""),
        "root/tmp": ("0o1777", ""),
    }


def test_the_digest_changes_with_a_file_a_text_and_the_dockerfile(tmp_path: Path) -> None:
    tree = _made(tmp_path)
    first = tree.digest("FROM scratch")
    assert len(first) == 12
    assert tree.digest("FROM scratch") == first
    assert tree.digest("FROM other") != first
    assert tree.with_({"etc/passwd": Entry(text="toor")}).digest("FROM scratch") != first
    (tmp_path / "bin/prog").write_text("#!/bin/sh\n:\n")
    assert tree.digest("FROM scratch") != first


def test_an_image_runs_as_an_ordinary_user_and_has_no_command() -> None:
    text = dockerfile.text("x", user=7, path="/opt/x/bin", env={"A": 'a "b"'}, labels={"l": "1"})
    path = "/opt/x/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    assert text.splitlines() == [
        "# Written by seatrial: x",
        "FROM scratch",
        "COPY root/ /",
        f'ENV A="a \\"b\\"" PATH="{path}"',
        'LABEL l="1"',
        "USER 7:7",
        "WORKDIR /tmp",
    ]


def test_libraries_are_read_from_what_ldd_says() -> None:
    text = (
        "/x/prog:\n\tlinux-vdso.so.1 (0x00007ffd)\n"
        "\tlibm.so.6 => /lib/x/libm.so.6 (0x00007f12)\n"
        "\t/lib64/ld-linux.so.2 (0x00007f13)\n"
        "/y:\n\tnot a dynamic executable\n"
    )
    assert loaded(text) == ("/lib/x/libm.so.6", "/lib64/ld-linux.so.2")


def test_the_daemons_bring_what_they_import_and_what_that_needs() -> None:
    found = distributions(_SOURCE / "daemons")
    assert {"aiohttp", "starlette", "uvicorn", "multidict", "anyio"} <= set(found)
    assert not {"seatrial", "docker", "sqlalchemy", "pytest"} & set(found)


def test_a_failed_build_ends_with_its_last_lines() -> None:
    lines = [f"line {number}" for number in range(40)]
    told = failed("api", "exit code: 3", lines, Path("/work"))
    assert told.summary == "building api failed: exit code: 3"
    assert told.cure == "mend /work/Dockerfile"
    assert told.logs == tuple(lines[-15:])


def test_a_full_disk_in_the_middle_of_a_build_is_not_the_dockerfiles_fault() -> None:
    lines = ["#7 12.3 write /usr/lib/x: no space left on device"]
    told = failed("api", "exit code: 1", lines, Path("/work"))
    assert "no space is left" in told.summary
    assert "docker system prune" in told.cure
