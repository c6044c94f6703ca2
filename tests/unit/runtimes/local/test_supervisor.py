import xmlrpc.client
from configparser import RawConfigParser
from typing import Any

import pytest
from supervisor.states import ProcessStates

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.local.home import Home
from seatrial.runtimes.local.supervisor import Program, Supervisor, configuration


def test_every_replica_is_a_program_that_is_started_by_us_alone(home: Home) -> None:
    programs = [
        Program(workload="api", replica=number, grace=0.2, stop=stop)
        for number, stop in enumerate(("TERM", "INT"))
    ]
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
    assert (section["stopsignal"], section["stopasgroup"]) == ("INT", "false")
    usual = read["program:api.0"]
    assert (usual["stopsignal"], usual["stopasgroup"]) == ("TERM", "true")
    assert read["unix_http_server"]["chmod"] == "0600"


def test_a_process_manager_that_is_not_there_says_so(home: Home) -> None:
    one = Supervisor(home)
    assert not one.alive()
    assert one.processes() == {}
    with pytest.raises(RuntimeFailure, match="does not answer"):
        one.call("supervisor.getState")


@pytest.mark.parametrize("ask", ["start", "stop"])
def test_what_is_still_being_stopped_is_waited_for(
    home: Home, monkeypatch: pytest.MonkeyPatch, ask: str
) -> None:
    """Supervisord takes such a start for done, and refuses such a stop."""
    states = [ProcessStates.STOPPING, ProcessStates.STOPPING, ProcessStates.STOPPED]
    called: list[str] = []

    def call(_self: Supervisor, method: str, *_: Any) -> Any:
        called.append(method)
        if method == "supervisor.stopProcess":
            raise xmlrpc.client.Fault(70, "NOT_RUNNING: api.0")
        if method == "supervisor.getAllProcessInfo":
            return [{"name": "api.0", "state": states.pop(0)}]
        return True

    monkeypatch.setattr(Supervisor, "call", call)
    getattr(Supervisor(home), ask)("api.0")
    assert states == []
    order = ["supervisor.getAllProcessInfo"] * 3
    first, last = {
        "start": ([], ["supervisor.startProcess"]),
        "stop": (["supervisor.stopProcess"], []),
    }[ask]
    assert called == [*first, *order, *last]
