"""The MySQL exporter: connections, slow queries and deadlocks of one MariaDB or MySQL store."""

from seatrial.contract.output import Origin, Probe, Workload
from seatrial.contract.placement import Endpoint
from seatrial.engines import password

PRODUCTS = ("mariadb", "mysql")  # of stores that it asks
UP = "mysql_up"  # 1 while the store answers its exporter
PORTS = {"http": 9104}
_OPTIONS = "my.cnf"
STORE = {"mysql": 3306}  # where the store listens
# What any user may ask for; the others need rights that a login made for this alone lacks.
_COLLECTED = ("global_status", "global_variables")
_LEFT = (
    "slave_status",
    "info_schema.innodb_cmp",
    "info_schema.innodb_cmpmem",
    "info_schema.query_response_time",
)


def name(store: str) -> str:
    """The exporter's workload beside a store."""
    return f"{store}-exporter"


def workload(store: str, endpoint: Endpoint, *, user: str, secret: str, owner: str) -> Workload:
    """One exporter a store; the password is in a file of options, as MySQL's own programs read it.

    Between backquotes every sign stands for itself to whoever reads it here (the ini library of the
    exporter), also another backquote.
    """
    options = f"[client]\npassword=`${{secret.{secret}}}`\n"
    return Workload(
        name=name(store),
        origin=Origin.ENGINE,
        engine="mysqld_exporter",
        argv=(
            "mysqld_exporter",
            "--web.listen-address=${self.address}:${self.ports.http}",
            f"--mysqld.address={endpoint}",
            f"--mysqld.username={user}",
            *((f"--config.my-cnf=${{self.dir}}/{_OPTIONS}",) if secret else ()),
            *(f"--collect.{each}" for each in _COLLECTED),
            *(f"--no-collect.{each}" for each in _LEFT),
        ),
        files=password.files(store, secret, _OPTIONS, options),
        secrets=(secret,) if secret else (),
        ports=PORTS,
        ready=Probe(port="http", path="/", deadline=30),
        owner=owner,
        why=f"makes the store {store} visible",
    )
