from pathlib import Path

from seatrial.runtimes.local.namespace import closed_ancestors, passwd, script


def test_closed_folders_are_opened_at_every_depth_and_only_for_what_is_needed() -> None:
    closed = {Path("/root"), Path("/root/deep")}
    needed = (Path("/root/deep/app/x"), Path("/root/.pyenv/bin/python"), Path("/usr/bin/env"))
    found = closed_ancestors(needed, lambda path: path not in closed)
    assert found == {
        Path("/root"): {Path("/root/deep"), Path("/root/.pyenv")},
        Path("/root/deep"): {Path("/root/deep/app")},
    }
    lines = script(found, Path("/h")).splitlines()
    outer, inner = (
        lines.index(f"mount -t tmpfs -o mode=0755,size=1m tmpfs {each}")
        for each in ("/root", "/root/deep")
    )
    assert outer < inner


def test_a_uid_without_a_name_gets_one_and_the_machines_stay() -> None:
    text = passwd("root:x:0:0:root:/root:/bin/bash\n", [("api.0", 0x40280101)])
    assert text.splitlines() == [
        "root:x:0:0:root:/root:/bin/bash",
        "st-40280101:x:1076363521:1076363521:api.0:/nonexistent:/bin/false",
    ]


def test_a_folder_with_a_hostile_name_stays_one_word() -> None:
    lines = script({Path("/root/a b; rm -rf x"): {Path("/root/a b; rm -rf x/c")}}, Path("/h"))
    assert "mount --rbind '/root/a b; rm -rf x' /h/ns0" in lines
    assert lines.endswith('exec "$@"')
    assert lines.startswith("set -e\nmount --make-rprivate /\n")
