import stat
from pathlib import Path

import pytest
from cryptography import x509

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.shared.secrets import ensure


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    first = ensure(folder, ("session-key", "database"))
    assert first["session-key"] != first["database"]
    assert all(len(each) >= 32 for each in first.values())
    assert ensure(folder, ("session-key", "database")) == first
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}


def test_a_secret_that_a_person_wrote_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("by hand\n")
    assert ensure(tmp_path, ("token",)) == {"token": "by hand"}


@pytest.mark.parametrize("name", ["", "../key", "a/b", ".hidden", "1st", "a b", "a\n"])
def test_a_name_never_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "secrets"
    with pytest.raises(RuntimeFailure, match="not a secret's name"):
        ensure(folder, (name,))
    assert not folder.exists()


def test_a_secret_of_somebody_else_is_brought_and_never_made_up(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    with pytest.raises(RuntimeFailure, match="the secret EYE was never brought") as failed:
        ensure(folder, ("EYE",), {"EYE"}, {})
    assert "set the variable EYE" in failed.value.cure
    assert not folder.exists()
    assert ensure(folder, ("EYE",), {"EYE"}, {"EYE": "theirs"}) == {"EYE": "theirs"}
    assert ensure(folder, ("EYE",), {"EYE"}, {}) == {"EYE": "theirs"}  # as it was kept
    assert ensure(folder, ("EYE",), {"EYE"}, {"EYE": "newer"}) == {"EYE": "newer"}
    assert stat.S_IMODE((folder / "EYE").stat().st_mode) == 0o600


def test_a_variable_is_no_secret_that_is_ours(tmp_path: Path) -> None:
    assert ensure(tmp_path, ("database",), (), {"database": "x"})["database"] != "x"


def test_an_authority_is_made_with_what_others_may_know_of_it(tmp_path: Path) -> None:
    found = ensure(tmp_path, ("vault.certificate", "vault.authority"))
    signer, known = found["vault.authority"], found["vault.certificate"]
    assert "PRIVATE KEY" in signer
    assert "PRIVATE KEY" not in known
    assert known in signer
    made = x509.load_pem_x509_certificate(known.encode())
    made.verify_directly_issued_by(made)
    assert made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert ensure(tmp_path, ("vault.certificate",)) == {"vault.certificate": known}
