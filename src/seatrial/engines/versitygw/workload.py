"""The server as a workload: one bucket in a folder of its own, by TLS only."""

from seatrial.contract.authority import authority
from seatrial.contract.output import File, Origin, Probe, Resources, Volume, Workload

BUCKET = "backups"
KEY = "seatrial"  # the one user's access key; what proves it is the secret
PORTS = {"s3": 7070}
OBJECTS = "data/objects"  # below the workload's folder; each object is a file below its bucket
_MEMORY = 256 * 1024 * 1024
_FOLDERS = "import os, sys; [os.makedirs(each, exist_ok=True) for each in sys.argv[1:]]"
_SIGNER, _SHOWN = "authority.pem", "shown.pem"


def password(name: str) -> str:
    """The secret of the one user of the server of that name."""
    return f"{name}-s3"


def workload(name: str, *, region: str, owner: str, why: str) -> Workload:
    """A daemon makes its certificate at each start, and becomes the server."""
    signer = authority(name)
    shown = f"${{self.dir}}/{_SHOWN}"
    return Workload(
        name=name,
        origin=Origin.DAEMON,
        argv=(
            "python",
            "-m",
            "seatrial.daemons.certified.become",
            "--host=${self.address}",
            f"--authority=${{self.dir}}/{_SIGNER}",
            f"--shown={shown}",
            "--",
            "versitygw",
            "--port=${self.address}:${self.ports.s3}",
            f"--cert={shown}",
            f"--key={shown}",
            f"--region={region}",
            "--quiet",
            "posix",
            "--sidecar=${self.dir}/data/about",
            f"${{self.dir}}/{OBJECTS}",
        ),
        env={
            "ROOT_ACCESS_KEY": KEY,
            "ROOT_SECRET_KEY": f"${{secret.{password(name)}}}",
            "GOMEMLIMIT": "128MiB",
        },
        files=(
            File(
                path=_SIGNER,
                text=f"${{secret.{signer}}}\n",
                why="signs the certificate that it shows, anew at each start",
                secret=True,
            ),
        ),
        secrets=(signer, password(name)),
        ports=PORTS,
        volumes=(Volume(name="data", path="data"),),
        prepare=(
            (
                "python",
                "-c",
                _FOLDERS,
                f"${{self.dir}}/{OBJECTS}/{BUCKET}",
                "${self.dir}/data/about",
            ),
        ),
        ready=Probe(port="s3", tcp=True, deadline=30),
        resources=Resources(memory=_MEMORY),
        tools=("versitygw",),
        region=region,
        owner=owner,
        why=why,
    )
