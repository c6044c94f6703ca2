import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from seatrial.runtimes.local.install.apt import AptSuites
from seatrial.runtimes.local.install.apt_conf import conf, settings_to_keep
from seatrial.runtimes.local.install.command import Commands
from seatrial.runtimes.local.install.failure import Unavailable

_TOOLS = ("apt-get", "apt-cache", "apt-config", "dpkg-deb")
_DEPENDS = """\
postgresql
 |Depends: postgresql-15
  Depends: <postgresql-server-dev-all>
  Depends: libc6
"""
_CLOSURE = """\
postgresql-15
  Depends: libc6
  Depends: <virtual>
libc6
  Depends: libgcc-s1
libgcc-s1
"""

Suites = Callable[..., AptSuites]


@pytest.fixture
def suites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Suites:
    """Suites of a made-up machine, whose apt tools are scripts that print what apt would."""

    def one(*, update: str = "exit 0", identity: str = "ID=debian") -> AptSuites:
        tools = tmp_path / "tools"
        tools.mkdir()
        scripts = {
            "apt-get": f'case "$*" in *update*) echo "$APT_CONFIG" >> {tmp_path}/asked; {update};; '
            "*) touch a_1_all.deb; esac",
            "apt-config": "echo 'Acquire::http::Proxy \"http://proxy.example\";'",
            "apt-cache": f"case $* in *--recurse*) cat <<'X'\n{_CLOSURE}X\n;; "
            f"*) cat <<'X'\n{_DEPENDS}X\n;; esac",
            "dpkg-deb": "exit 2",
        }
        for name, script in scripts.items():
            (tools / name).write_text(f"#!/bin/sh\n{script}\n")
            (tools / name).chmod(0o755)
        monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
        etc = tmp_path / "apt"
        etc.mkdir()
        (etc / "sources.list").write_text("deb http://deb.example/debian bookworm main\n")
        release = tmp_path / "os-release"
        release.write_text(f'{identity}\nVERSION_CODENAME="bookworm"\n')
        work = tmp_path / "work"
        work.mkdir()
        return AptSuites(work, Commands(), etc=etc, os_release=release)

    return one


def test_lists_are_fetched_once_into_a_folder_of_our_own(suites: Suites, tmp_path: Path) -> None:
    one = suites()
    told: list[None] = []
    apt = one.suite("", lambda: told.append(None))
    assert one.suite("", lambda: told.append(None)) is apt
    assert len(told) == 1
    assert apt.conf.is_relative_to(tmp_path / "work")
    assert (tmp_path / "asked").read_text().splitlines() == [str(apt.conf)]
    text = apt.conf.read_text()
    assert 'Acquire::http::Proxy "http://proxy.example";' in text
    assert f'Dir::State "{apt.conf.parent}/state";' in text


def test_what_a_metapackage_stands_for_and_what_it_needs(suites: Suites) -> None:
    apt = suites().suite("", lambda: None)
    assert apt.stood_for("postgresql") == "postgresql-15"
    assert apt.closure(["postgresql-15"]) == ("libc6", "libgcc-s1")
    with pytest.raises(Unavailable, match="nothing-like-it is not in this suite"):
        apt.stood_for("nothing-like-it")


def test_lists_that_cannot_be_had_are_asked_for_once_and_say_apts_own_words(
    suites: Suites, tmp_path: Path
) -> None:
    one = suites(update="echo 'W: noise'; echo 'E: Failed to fetch http://deb.example'; exit 100")
    for _ in range(2):
        with pytest.raises(Unavailable, match=r"lists of bookworm failed: E: Failed to fetch"):
            one.suite("", lambda: None)
    assert len((tmp_path / "asked").read_text().splitlines()) == 1


def test_a_full_disk_is_told_apart(suites: Suites) -> None:
    one = suites(update="echo 'E: Write error - write (28: No space left on device)'; exit 100")
    with pytest.raises(Unavailable) as failed:
        one.suite("", lambda: None)
    assert type(failed.value).__name__ == "NoSpace"


def test_another_distribution_has_no_suite_of_debian(suites: Suites) -> None:
    with pytest.raises(Unavailable, match="trixie is a suite of Debian, this machine is ubuntu"):
        suites(identity="ID=ubuntu").suite("trixie", lambda: None)


def test_a_package_that_cannot_be_unpacked_is_named(suites: Suites, tmp_path: Path) -> None:
    apt = suites().suite("", lambda: None)
    (got,) = apt.download(["a"], tmp_path / "work")
    with pytest.raises(Unavailable, match=r"unpacking a_1_all\.deb failed"):
        apt.unpack(got, tmp_path)


def test_only_what_reaches_the_archives_is_kept_of_the_machines_settings() -> None:
    dump = (
        'APT::Architecture "amd64";\nAPT::Update::Post-Invoke:: "rm -f x";\n'
        'Acquire::https::Proxy "http://p";\nDPkg::Post-Invoke:: "y";\n'
    )
    kept = settings_to_keep(dump)
    assert kept == ('APT::Architecture "amd64";', 'Acquire::https::Proxy "http://p";')
    assert "Post-Invoke" not in conf(Path("/w"), kept)


@pytest.mark.skipif(shutil.which("apt-config") is None, reason="no apt on this machine")
def test_the_real_apt_reads_our_configuration_and_nothing_of_the_machine(tmp_path: Path) -> None:
    path = tmp_path / "apt.conf"
    path.write_text(conf(tmp_path, settings_to_keep("")))
    done = Commands().run(["apt-config", "dump"], env={"APT_CONFIG": str(path)})
    lines = done.output.splitlines()
    assert f'Dir::State "{tmp_path}/state";' in lines
    assert f'Dir::Etc::sourcelist "{tmp_path}/seatrial.sources";' in lines
    assert 'Dir::Etc::parts "/dev/null";' in lines
