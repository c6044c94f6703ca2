"""Every engine's workload: what it holds, what it shows, and what it never shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from seatrial.app import registry
from seatrial.app.plan import Plan, plan
from seatrial.contract.output import Origin, Resources, Workload
from seatrial.contract.placement import Endpoint
from seatrial.engines.blackbox_exporter import workload as blackbox
from seatrial.engines.mysqld_exporter import workload as mysqld_exporter
from seatrial.engines.nginx_exporter import workload as nginx_exporter
from seatrial.engines.postgres import workload as postgres
from seatrial.engines.postgres_exporter import workload as postgres_exporter
from seatrial.engines.redis import workload as redis
from seatrial.engines.redis_exporter import workload as redis_exporter
from seatrial.runtimes.memory import MemoryRuntime

REFERENCE = Path(__file__).parents[3] / "examples/workflow-platform/seatrial.yaml"
PLACEHOLDER = re.compile(r"\$\{([^}]+)\}")
PASSWORD = "cache"  # the name of the secret, by habit the store's
SQL = Endpoint(host="10.0.0.1", port=5432)


@pytest.fixture(scope="module", params=["rehearsal", "production"])
def planned(request: pytest.FixtureRequest) -> Plan:
    places = MemoryRuntime(clock=lambda: 0.0)
    return plan(REFERENCE, places, environment=request.param)


def ours(planned: Plan) -> list[Workload]:
    return [each for each in planned.workloads if each.origin is not Origin.SERVICE]


def texts(workload: Workload) -> list[str]:
    commands = (workload.argv, *workload.prepare)
    return [*(word for one in commands for word in one), *workload.env.values(),
            *(each.text for each in workload.files)]  # fmt: skip


def test_every_placeholder_is_one_that_a_runtime_knows(planned: Plan) -> None:
    for workload in ours(planned):
        known = {"self.dir", "self.address", "self.replica"}
        known |= {"self.machine", "self.groups"} if workload.watches_machine else set()
        known |= {"self.logs"} if workload.reads_logs or workload.sees_logs else set()
        known |= {"self.host"} if workload.reads_host else set()
        known |= {f"self.ports.{name}" for name in workload.ports}
        known |= {f"secret.{name}" for name in workload.secrets}
        for text in texts(workload):
            # a name without a dot is a journey's own variable, which the prober fills
            named = {each for each in PLACEHOLDER.findall(text) if "." in each}
            assert named <= known, (workload.name, text[:80])


def test_no_secret_is_on_a_command_line_and_files_with_one_say_so(planned: Plan) -> None:
    for workload in planned.workloads:
        for word in (word for one in (workload.argv, *workload.prepare) for word in one):
            assert "${secret." not in word, workload.name
        for file in workload.files:
            assert file.secret or "${secret." not in file.text, (workload.name, file.path)


def test_every_workload_listens_only_at_its_own_address(planned: Plan) -> None:
    for workload in ours(planned):
        for text in texts(workload):
            assert not re.search(r"(?<!\d)0\.0\.0\.0", text), workload.name
            assert not re.search(r"listen[^\n]*['=\s]:\d+", text), workload.name


def test_every_program_is_one_of_its_engine(planned: Plan) -> None:
    programs = {each.name: each.programs for each in registry.engines()}
    for workload in ours(planned):
        if workload.engine:
            assert workload.argv[0] in programs[workload.engine], workload.name
        else:
            assert workload.origin is Origin.DAEMON, workload.name


def test_every_workload_tells_when_it_is_ready_and_why_it_is_there(planned: Plan) -> None:
    names = {each.name for each in planned.workloads}
    for workload in ours(planned):
        assert workload.ready is not None, workload.name
        assert workload.why, workload.name
        assert set(workload.after) <= names, workload.name
        if workload.ready.port:
            assert workload.ready.port in workload.ports, workload.name
        for volume in workload.volumes:
            assert not Path(volume.path).is_absolute(), workload.name


def _store(*, durable: bool = True, secret: str = PASSWORD) -> Workload:
    return redis.workload(
        "cache", owner="web", secret=secret, durable=durable, resources=Resources(), region="eu"
    )


def test_a_durable_redis_writes_to_disk_and_a_cache_does_not() -> None:
    durable, cache = _store().files[0].text, _store(durable=False).files[0].text
    assert "appendonly yes\nsave 300 10\n" in durable
    assert 'appendonly no\nsave ""\n' in cache


def test_a_redis_with_a_limit_refuses_writes_before_the_kernel_kills_it() -> None:
    limited = redis.configuration(durable=True, secret="", memory=128 * 2**20)
    assert f"\nmaxmemory {96 * 2**20}\n" in limited
    assert "maxmemory" not in redis.configuration(durable=True, secret="")


def test_redis_asks_for_a_password_only_where_somebody_sends_one() -> None:
    guarded, open_ = _store(), _store(secret="")
    assert "requirepass ${secret.cache}" in guarded.files[0].text
    assert guarded.files[0].secret
    assert guarded.secrets == ("cache",)
    assert "requirepass" not in open_.files[0].text
    assert (open_.files[0].secret, open_.secrets) == (False, ())


def test_every_connection_to_postgres_needs_a_password() -> None:
    found = postgres.workload(
        "db", owner="web", secret="db", durable=True, resources=Resources(), region="eu"
    )
    files = {each.path: each for each in found.files}
    lines = files["pg_hba.conf"].text.split("\n")
    assert all(line.endswith("scram-sha-256") for line in lines if line)
    assert files["password"].secret
    assert files["password"].text == "${secret.db}\n"
    (initdb, create) = found.prepare
    assert "--data-checksums" in initdb
    assert "--auth=scram-sha-256" in initdb
    assert "CREATE DATABASE app" in create[2]


def test_exporters_get_their_passwords_as_files_that_nobody_else_reads() -> None:
    sql = postgres_exporter.workload("db", SQL, user="app", secret="db", owner="web")
    assert sql.env["DATA_SOURCE_PASS_FILE"] == "${self.dir}/password"
    assert sql.files[0].text == "${secret.db}\n"
    assert "10.0.0.1:5432/postgres" in sql.env["DATA_SOURCE_URI"]
    guarded = redis_exporter.workload("cache", SQL, user="", secret="cache", owner="web")
    assert "--redis.password-file=${self.dir}/passwords.json" in guarded.argv
    assert guarded.files[0].text == '{"redis://10.0.0.1:5432": "${secret.cache}"}\n'
    known = redis_exporter.workload("cache", SQL, user="eye", secret="eye", owner="web")
    assert known.files[0].text == '{"redis://eye@10.0.0.1:5432": "${secret.eye}"}\n'
    maria = mysqld_exporter.workload("db", SQL, user="eye", secret="eye", owner="web")
    assert "--config.my-cnf=${self.dir}/my.cnf" in maria.argv
    assert maria.files[0].text == "[client]\npassword=`${secret.eye}`\n"
    for each, secret in ((sql, "db"), (guarded, "cache"), (known, "eye"), (maria, "eye")):
        assert each.secrets == (secret,)
        assert all(file.secret for file in each.files)
        assert not any("secret" in value for value in (*each.env.values(), *each.argv))


def test_an_exporter_that_is_asked_for_no_password_has_no_file() -> None:
    for make in (postgres_exporter, redis_exporter, mysqld_exporter):
        found = make.workload("any", SQL, user="", secret="", owner="web")
        assert (found.files, found.secrets) == ((), ())
        assert not any("self.dir" in each for each in (*found.argv, *found.env.values()))


def test_each_nginx_replica_has_an_exporter_of_its_own() -> None:
    names = {
        nginx_exporter.workload("web", each, "http://10.0.0.1:80/status", owner="w").name
        for each in range(3)
    }
    assert len(names) == 3
    first = nginx_exporter.workload("web", 0, "http://10.0.0.1:80/status", owner="w")
    assert "--nginx.scrape-uri=http://10.0.0.1:80/status" in first.argv
    assert (first.after, first.env) == (("web",), {})
    encrypted = nginx_exporter.workload("web", 0, "https://10.0.0.1:443/status", owner="w")
    assert encrypted.env == {"SSL_VERIFY": "false"}


def test_the_probes_that_targets_name_are_configured() -> None:
    text = blackbox.configuration()
    for module in (blackbox.HTTP, blackbox.HTTP_ANY, blackbox.TCP, blackbox.TLS):
        assert f"{module}:" in text
