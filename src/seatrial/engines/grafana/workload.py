"""Grafana as a workload: one process that finds its data source and its boards in its own folder.

Settings and their defaults: Grafana's reference, "Configure Grafana". Whoever reaches its address
may look at the boards and change nothing, as with `seatrial boards`.
"""

from collections.abc import Mapping

from seatrial.contract.output import File, Origin, Probe, Resources, Volume, Workload

NAME = "grafana"
SECRET = "grafana"  # noqa: S105 - the name of a secret, not its value
PORTS = {"http": 3000}
HOME = "provisioning"  # below the workload's own folder
_FILE = "grafana.ini"
_PASSWORD = "admin-password"  # noqa: S105 - a file's name
_MEMORY = 512 * 2**20


def workload(boards: Mapping[str, str], *, owner: str, after: tuple[str, ...]) -> Workload:
    """One Grafana with these files below its provisioning folder (path to text)."""
    return Workload(
        name=NAME,
        origin=Origin.ENGINE,
        engine="grafana",
        optional=True,
        argv=(
            "grafana",
            "server",
            "--homepath=${self.engine}",
            f"--config=${{self.dir}}/{_FILE}",
        ),
        secrets=(SECRET,),
        files=(
            File(path=_FILE, text=_INI, why="how Grafana runs"),
            File(
                path=_PASSWORD,
                text=f"${{secret.{SECRET}}}",
                why="who may change something in Grafana",
                secret=True,
            ),
            *(
                File(path=f"{HOME}/{path}", text=text, why="what Grafana shows")
                for path, text in boards.items()
            ),
        ),
        ports=PORTS,
        volumes=(Volume(name="data", path="data", durable=False),),
        ready=Probe(port="http", path="/api/health", deadline=120),  # it makes its database first
        live=Probe(port="http", path="/api/health"),
        resources=Resources(memory=_MEMORY),
        owner=owner,
        after=after,
        why="draws the boards for those who use Grafana",
    )


_INI = """\
[server]
http_addr = ${self.address}
http_port = ${self.ports.http}
[paths]
data = ${self.dir}/data
logs = ${self.dir}/data/log
plugins = ${self.dir}/data/plugins
provisioning = ${self.dir}/provisioning
[log]
mode = console
[log.console]
format = json
[security]
admin_password = $__file{${self.dir}/admin-password}
disable_gravatar = true
[auth.anonymous]
enabled = true
org_role = Viewer
[users]
default_theme = system
[analytics]
reporting_enabled = false
check_for_updates = false
check_for_plugin_updates = false
feedback_links_enabled = false
[plugins]
preinstall_disabled = true
"""
