"""A daemon's own programs, wherever it stands."""

from __future__ import annotations

from seatrial.daemons.shared import programs
from seatrial.daemons.shared.programs import called
from seatrial.runtimes.compose.images import dockerfile


def test_they_are_found_on_path() -> None:
    assert called("restic", {}) == (("restic",), None)


def test_in_anothers_image_our_loader_starts_them_with_our_libraries() -> None:
    words, program = called("restic", {"SEATRIAL_WITHIN": "/o/within"})
    assert words == ("restic", "--library-path", "/o/within/lib", "/o/within/bin/restic")
    assert program == "/o/within/ld"


def test_what_the_image_tells_its_loader_is_given_back_to_its_own_programs() -> None:
    assert (programs.KEPT, programs.LOADER) == (dockerfile.KEPT, dockerfile.LOADER)
    told = {f"{programs.KEPT}LD_PRELOAD": "/jemalloc.so", f"{programs.KEPT}LD_AUDIT": ""}
    assert programs.kept(told) == {"LD_PRELOAD": "/jemalloc.so"}
    text = dockerfile.joined("why", ours="ours", base="theirs", place="opt", labels={})
    kept, emptied = (each for each in text.splitlines() if each.startswith("ENV "))
    assert f'{programs.KEPT}LD_PRELOAD="${{LD_PRELOAD}}"' in kept
    assert "LD_PRELOAD= " in emptied
