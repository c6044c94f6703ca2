"""An entry of the machine's in each form becomes one line, with its severity in one word."""

from __future__ import annotations

import json

import pytest

from seatrial.daemons.host.entries import SEVERITIES, Entry, filed, journal, kernel


@pytest.mark.parametrize(("number", "level"), list(enumerate(SEVERITIES)))
def test_each_severity_of_the_kernel_has_its_word(number: int, level: str) -> None:
    found = kernel(f"{number},7,2500000,-;eth0: up\n SUBSYSTEM=net\n".encode(), 1000.0)
    assert (found.number, found.entry.level, found.entry.said) == (7, level, "eth0: up")
    assert (found.entry.at, found.entry.more["facility"]) == (1002.5, "kern")


def test_a_program_s_line_in_the_kernel_s_ring_is_told_as_such() -> None:
    found = kernel(rb"12,8,1,-,caller=T1;said \xe2\x82\xac and \x0a" + b"\n", 0.0)
    assert (found.entry.level, found.entry.more["facility"]) == ("warn", "user")
    assert found.entry.said == "said € and \n"


@pytest.mark.parametrize("record", [b"", b"no record", b"x,1,2,-;text", b"1;text"])
def test_what_is_no_record_is_refused(record: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        kernel(record, 0.0)


def test_an_entry_of_the_journal_keeps_who_wrote_it() -> None:
    row = {
        "__CURSOR": "s=1;i=2",
        "__REALTIME_TIMESTAMP": "1700000000500000",
        "PRIORITY": "3",
        "SYSLOG_FACILITY": "10",
        "SYSLOG_IDENTIFIER": "sshd",
        "_SYSTEMD_UNIT": "ssh.service",
        "_PID": "42",
        "MESSAGE": "refused",
    }
    found = journal(json.dumps(row).encode())
    assert found.cursor == "s=1;i=2"
    assert json.loads(found.entry.line()) == {
        "identifier": "sshd",
        "unit": "ssh.service",
        "pid": "42",
        "facility": "authpriv",
        "source": "journal",
        "time": "2023-11-14T22:13:20.500000+00:00",
        "level": "error",
        "msg": "refused",
    }


def test_what_the_journal_keeps_as_bytes_or_several_times_is_text() -> None:
    def said(message: object) -> str:
        return journal(json.dumps({"__CURSOR": "c", "MESSAGE": message}).encode()).entry.said

    assert said([104, 255, 105]) == "h\ufffdi"
    assert said(["one", "two"]) == "one"
    assert said(None) == ""
    with pytest.raises(ValueError, match="no entry"):
        journal(b"[1]")


def test_a_line_of_syslog_is_read_in_its_old_and_its_new_form() -> None:
    old = filed(b"Nov  6 12:34:56 box sshd[42]: Failed password\n", "auth.log")
    assert (old.said, old.at) == ("Failed password", None)  # no year, no zone: read now
    assert old.more == {"identifier": "sshd", "pid": "42"}
    new = filed(b"2023-11-14T22:13:20.5+00:00 box cron: ran\n", "syslog")
    assert (new.said, new.at, new.more) == ("ran", 1700000000.5, {"identifier": "cron"})
    assert filed(b"\xff anything\n", "syslog") == Entry(source="syslog", said="\ufffd anything")
