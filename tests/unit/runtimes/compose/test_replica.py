from collections.abc import Callable
from dataclasses import replace

import pytest

from seatrial.contract.output import File, Origin, Volume
from seatrial.contract.placement import Endpoint
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.known import user_of
from seatrial.runtimes.compose.replica import Image, Replica, own_volume

Make = Callable[..., Replica]


def test_placeholders_are_what_the_process_must_use(replica: Make) -> None:
    one = replica()
    text = "${self.dir} ${self.address} ${self.ports.http} ${self.replica} ${self.region}"
    assert one.resolved(text) == "/seatrial/self 10.64.0.9 8000 0 home"
    assert one.resolved("${other.thing} ${secret.key}") == "${other.thing} s3cret$"
    assert one.words(("run", "${secret.key}")) == ("run", "${secret.key}")  # `ps` shows it to all
    assert one.resolved("${folder.other.1}/data") == "/seatrial/self/data"  # as it is called there
    beside = replace(one, sharing=frozenset({"other"}))
    assert beside.resolved("${folder.other.1}/data") == "/apart/self/data"
    led = replace(one, ways={"other.1.http": Endpoint(host="10.64.0.2", port=10240)})
    assert led.resolved("${self.ways.other.1.http}") == "10.64.0.2:10240"
    with pytest.raises(RuntimeFailure, match="the secret lost"):
        one.resolved("${secret.lost}")


def test_a_secret_in_a_file_of_json_is_written_as_json(replica: Make) -> None:
    files = tuple(
        File(path=f"a.{kind}", text='"${secret.key}"', why="", secret=True)
        for kind in ("json", "cnf")
    )
    one = replace(replica(files=files), secrets={"key": 'a"b'})
    found = {each.path: each.data for each in one.entries()}
    assert (found["self/a.json"], found["self/a.cnf"]) == (b'"a\\"b"', b'"a"b"')


def test_a_program_is_called_as_its_image_has_it(replica: Make) -> None:
    image = Image(reference="a", id="b", calls={"toxiproxy-server": "/toxiproxy"})
    one = replica(image=image, argv=("toxiproxy-server", "toxiproxy-server"))
    assert one.argv == ("/toxiproxy", "toxiproxy-server")


def test_folders_come_before_what_is_in_them(replica: Make) -> None:
    files = (File(path="a/b/c.txt", text="${secret.key}", why="", secret=True),)
    one = replica(files=files, volumes=(Volume(name="d", path="d/e"),))
    found = {each.path: each for each in one.entries()}
    assert list(found) == [
        "self",
        "self/tmp",
        "kept",
        "self/d",
        "self/d/e",
        "self/a",
        "self/a/b",
        "self/a/b/c.txt",
    ]
    secret = found["self/a/b/c.txt"]
    assert (secret.data, secret.mode, secret.uid, secret.gid) == (b"s3cret$", 0o600, 10001, 10002)


def test_an_engine_runs_as_nobody_whatever_its_image_says(replica: Make) -> None:
    one = replica(origin=Origin.ENGINE)
    assert (one.uid, one.gid) == (65534, 65534)


def test_only_what_a_new_container_must_show_is_in_its_digest(replica: Make) -> None:
    same = replica().spec({})
    assert replica(files=(File(path="a", text="b", why=""),)).spec({}) == same
    assert replica(image=Image(reference="shop/api:1", id="sha256:b")).spec({}) != same
    assert replica(env={"A": "b"}).spec({}) != same


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("app", (10, 20)),
        ("app:web", (10, 30)),
        ("10", (10, 20)),
        ("11", (11, 0)),
        ("10:7", (10, 7)),
        ("nobody-here", (0, 0)),
    ],
)
def test_the_user_of_an_image_is_looked_up_in_it(written: str, expected: tuple[int, int]) -> None:
    passwd = "root:x:0:0:root:/:/bin/sh\napp:x:10:20:app:/:/bin/sh\nbroken\n"
    assert user_of(written, passwd, "root:x:0:\nweb:x:30:app\n") == expected


def test_one_that_shares_anothers_place_sees_it_where_it_is_there(replica: Make) -> None:
    """A server's own settings name paths, and whoever reads them must find what they name."""
    one = replica(shares="db", origin=Origin.DAEMON)
    assert one.resolved("${self.shared} ${self.dir}") == "/seatrial/self /apart/self"
    assert one.environment()["HOME"] == "/apart/self"
    assert replica().resolved("${self.shared} ${self.dir}") == " /seatrial/self"


def test_a_containers_own_volume_is_called_as_it_is() -> None:
    mounts = [
        {"Name": "shop-db.0", "Destination": "/seatrial"},
        {"Name": "shop-db-backups.0", "Destination": "/apart"},
    ]
    assert own_volume({"Name": "/shop-db-backups.0", "Mounts": mounts}) == "/apart"
    assert own_volume({"Name": "/shop-db.0", "Mounts": mounts}) == "/seatrial"
    assert own_volume({"Name": "/gone", "Mounts": []}) == "/seatrial"


def test_who_runs_a_services_commands_runs_as_its_user_by_our_own_python(replica: Make) -> None:
    one = replica(origin=Origin.DAEMON, shares="front", commands=True, argv=("python", "-m", "x"))
    assert (one.uid, one.gid) == (10001, 10002)
    assert one.argv[0] == "/opt/seatrial-daemons/opt/within/ld"
    assert one.argv[-2:] == ("-m", "x")
    assert one.environment()["SEATRIAL_WITHIN"] == "/opt/seatrial-daemons/opt/within"
    assert one.words(("python3", "keep.py")) == ("python3", "keep.py"), "theirs"
    beside = replica(origin=Origin.DAEMON, shares="front", argv=("python", "-m", "x"))
    assert beside.argv == ("python", "-m", "x")
    assert "SEATRIAL_WITHIN" not in beside.environment()
