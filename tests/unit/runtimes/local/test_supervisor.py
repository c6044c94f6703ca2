from configparser import RawConfigParser

import pytest

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.local.home import Home
from seatrial.runtimes.local.supervisor import Program, Supervisor, configuration


def test_every_replica_is_a_program_that_is_started_by_us_alone(home: Home) -> None:
    programs = [Program(workload="api", replica=each, grace=0.2) for each in (0, 1)]
    read = RawConfigParser()
    read.read_string(configuration(home, programs))
    assert [each for each in read.sections() if each.startswith("program:")] == [
        "program:api.0",
        "program:api.1",
    ]
    section = read["program:api.1"]
    assert section["command"].endswith(f"launch.py {home.spec('api', 1)}")
    assert section["autostart"] == "false"
    assert section["stopwaitsecs"] == "1"
    assert read["unix_http_server"]["chmod"] == "0600"


def test_a_process_manager_that_is_not_there_says_so(home: Home) -> None:
    one = Supervisor(home)
    assert not one.alive()
    assert one.processes() == {}
    with pytest.raises(RuntimeFailure, match="does not answer"):
        one.call("supervisor.getState")
