import pytest

from seatrial.runtimes.local.install.apt_sources import (
    Entry,
    choose,
    parse_deb822,
    parse_list,
    to_deb822,
)

_KEY = "/usr/share/keyrings/debian.gpg"
LIST = f"""\
# the machine's own
deb [arch=amd64 signed-by={_KEY} trusted=no] http://deb.example/debian bookworm main contrib # why
deb-src http://deb.example/debian bookworm main
deb http://deb.example/debian bookworm-updates main
deb http://deb.example/security bookworm-security main
deb http://deb.example/debian bookworm-backports main
deb cdrom:[Debian]/ bookworm main
deb http://other.example/repo ./
deb
"""
SOURCES = """\
Types: deb deb-src
URIs: http://deb.example/debian http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main non-free
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBF
 -----END PGP PUBLIC KEY BLOCK-----

# a comment
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
Enabled: no

Types: deb-src
URIs: http://source.example/debian
Suites: bookworm
Components: main
"""


def test_a_list_is_read_line_by_line() -> None:
    first, *rest = parse_list(LIST)
    assert first == Entry(
        uris=("http://deb.example/debian",),
        suites=("bookworm",),
        components=("main", "contrib"),
        options=(("Signed-By", _KEY), ("Trusted", "no")),
    )
    assert [each.suites[0] for each in rest] == [
        "bookworm-updates",
        "bookworm-security",
        "bookworm-backports",
        "./",
    ]


def test_stanzas_are_read_with_keys_of_many_lines_and_those_switched_off_are_not() -> None:
    (only,) = parse_deb822(SOURCES)
    assert only.uris == ("http://deb.example/debian", "http://mirror.example/debian")
    assert only.suites == ("bookworm", "bookworm-updates")
    ((name, value),) = only.options
    assert name == "Signed-By"
    assert value.splitlines()[1].strip() == "-----BEGIN PGP PUBLIC KEY BLOCK-----"
    assert parse_deb822(to_deb822([only])) == (only,)


def test_the_machines_own_suite_is_asked_with_its_updates_and_main_only() -> None:
    chosen = choose(parse_list(LIST), "bookworm", "")
    assert [each.suites for each in chosen] == [
        ("bookworm",),
        ("bookworm-updates",),
        ("bookworm-security",),
    ]
    assert {each.components for each in chosen} == {("main",)}
    assert choose(parse_list(LIST), "bookworm", "bookworm") == chosen


def test_another_suite_is_asked_of_the_main_archive_with_its_key() -> None:
    (only,) = choose(parse_list(LIST), "bookworm", "trixie")
    assert (only.uris, only.suites) == (("http://deb.example/debian",), ("trixie",))
    assert dict(only.options)["Signed-By"] == _KEY


@pytest.mark.parametrize("suite", ["", "trixie"])
def test_a_machine_of_other_archives_has_none(suite: str) -> None:
    other = "deb http://other.example/repo focal main\ndeb http://flat.example ./\n"
    assert choose(parse_list(other), "bookworm", suite) == ()


@pytest.mark.parametrize("text", ["", "\n\n\n", "garbage", ":::\n x", "Types deb\nURIs: x"])
def test_what_cannot_be_read_is_left_out(text: str) -> None:
    assert parse_list(text) == ()
    assert parse_deb822(text) == ()
