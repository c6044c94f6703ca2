"""pgBackRest as a server, by TLS: who keeps a repository, or hands out a member's files.

https://pgbackrest.org/command.html#command-server. Whoever asks shows a certificate that the same
authority has signed, for an address that is `admitted`.
"""

from collections.abc import Mapping, Sequence

from seatrial.contract.authority import authority, certificate
from seatrial.contract.output import File, Origin, Probe, Volume, Workload
from seatrial.engines.pgbackrest.archive import environment

PORTS = {"tls": 8432}
CONFIG, SHOWN, TRUSTED = "pgbackrest.conf", "shown.pem", "trusted.pem"
APART = "apart.conf"  # what it reads where whoever calls has it do so
_SIGNER = "signer.pem"
# A machine that is lost closes nothing, and what it was sending holds a lock here, in the way of
# its successor. So who says nothing for some seconds is asked, so many seconds apart, so often.
_QUIET, _BETWEEN, _TIMES = 10, 5, 3
_SERVER = f"""\
tls-server-address=${{self.address}}
tls-server-port=${{self.ports.tls}}
tls-server-ca-file=${{self.dir}}/{TRUSTED}
tcp-keep-alive-idle={_QUIET}
tcp-keep-alive-interval={_BETWEEN}
tcp-keep-alive-count={_TIMES}
"""


def text(own: str, *, shown: str, admitted: Sequence[str]) -> str:
    """Its configuration: after `own` lines the server's. `shown` is the file of its certificate."""
    shows = f"tls-server-cert-file={shown}\ntls-server-key-file={shown}\n"
    return own + _SERVER + shows + "".join(f"tls-server-auth={each}=*\n" for each in admitted)


def trusted(signer: str) -> File:
    """What every certificate of that authority is held against."""
    return File(
        path=TRUSTED,
        text=f"${{secret.{certificate(signer)}}}\n",
        why="what the certificate of whoever calls, or is called, is held against",
    )


def certified(shown: str) -> tuple[str, ...]:
    """The words before a program that shows a certificate, which lies in the file `shown`."""
    return (
        "python",
        "-m",
        "seatrial.daemons.certified.become",
        "--host=${self.address}",
        f"--authority=${{self.dir}}/{_SIGNER}",
        f"--shown={shown}",
        "--",
    )


def signing(signer: str) -> File:
    """What the certificate is signed with that is shown."""
    return File(
        path=_SIGNER,
        text=f"${{secret.{authority(signer)}}}\n",
        why="signs the certificate that it shows, anew at each start",
        secret=True,
    )


def _files(signer: str, config: str, apart: str) -> tuple[File, ...]:
    second = File(path=APART, text=apart, why="what it reads where whoever calls names this one")
    return (
        File(path=CONFIG, text=config, why="whom it answers, and what it reads"),
        trusted(signer),
        *((second,) if apart else ()),
        signing(signer),
    )


def workload(
    name: str,
    *,
    signer: str,
    config: str,
    shown: str,
    owner: str,
    why: str,
    region: str = "",
    replicas: int = 1,
    shares: str = "",
    after: tuple[str, ...] = (),
    env: Mapping[str, str] | None = None,
    secrets: tuple[str, ...] = (),
    volumes: tuple[Volume, ...] = (),
    apart: str = "",
) -> Workload:
    """A daemon has the authority of `signer` make its certificate, and becomes the server.

    Where it is to have it, `apart` is the text of a second configuration, without the server's.
    """
    own = f"${{self.dir}}/{CONFIG}"
    return Workload(
        name=name,
        origin=Origin.DAEMON,
        argv=(*certified(shown), "pgbackrest", "server"),
        # what it is asked for runs in a process that is told no file, and reads this variable
        env={**environment(own), **(env or {})},
        replicas=replicas,
        files=_files(signer, config, apart),
        secrets=(authority(signer), certificate(signer), *secrets),
        ports=PORTS,
        volumes=volumes,
        ready=Probe(argv=("pgbackrest", f"--config={own}", "server-ping"), deadline=30),
        tools=("pgbackrest",),
        shares=shares,
        after=after,
        region=region,
        owner=owner,
        why=why,
    )
