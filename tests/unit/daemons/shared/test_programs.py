"""A daemon's own programs, wherever it stands."""

from __future__ import annotations

from seatrial.daemons.shared.programs import called


def test_they_are_found_on_path() -> None:
    assert called("restic", {}) == (("restic",), None)


def test_in_anothers_image_our_loader_starts_them_with_our_libraries() -> None:
    words, program = called("restic", {"SEATRIAL_WITHIN": "/o/within"})
    assert words == ("restic", "--library-path", "/o/within/lib", "/o/within/bin/restic")
    assert program == "/o/within/ld"
