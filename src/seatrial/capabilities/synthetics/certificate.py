"""A certificate that is about to end: who shows it in a drill, who asks for it, who is told.

Whatever services a system has, its rehearsal shows one certificate of its own, which is good for
long. The drill renews it with one that ends sooner than is borne, and the same probe, rule and
route tell it as they would of the user's. Pure.
"""

import json

from seatrial.capabilities.synthetics.checks import Asked
from seatrial.capabilities.synthetics.parts import CERTIFICATE, TLS
from seatrial.contract.action import AlterFile
from seatrial.contract.capability import Context
from seatrial.contract.declaration import Check, Severity
from seatrial.contract.output import File, Origin, Probe, Workload
from seatrial.contract.scenario import EVERYTHING, Injection, Scenario
from seatrial.engines.prometheus.steady import condition, quiet
from seatrial.system.model import System
from seatrial.system.ownership import first_team
from seatrial.system.scheme import HTTPS

ENDING = "certificate-ends"
WITHIN = 180.0  # seconds until somebody is paged; what is left of the certificate are days
CHECK = CERTIFICATE
DAYS = 14.0  # what is declared by default
GOOD, ENDS = 90.0, 13.0  # days: as long as public authorities sign for, and one less than is borne
TERMS = "terms.json"
_EVERY, _TIMEOUT = 5.0, 3.0


def asked(system: System) -> Asked:
    """The check of it, as a file would declare one; severe enough to page."""
    return Asked(
        check=Check(
            name=CHECK,
            kind="tls",
            workload=CERTIFICATE,
            port=HTTPS,
            every=_EVERY,
            timeout=_TIMEOUT,
            settings={"verify": False},  # it signed itself
        ),
        subject=CERTIFICATE,
        owner=first_team(system.teams),
        severity=Severity.PAGE,
        days=DAYS,
    )


def terms(days: float) -> str:
    """The text that tells the daemon how long its certificate is good for."""
    return json.dumps({"days": days}) + "\n"


def workload(context: Context) -> Workload:
    """The daemon that shows it."""
    return Workload(
        name=CERTIFICATE,
        origin=Origin.DAEMON,
        argv=(
            "python",
            "-m",
            "seatrial.daemons.certified",
            "--host=${self.address}",
            f"--port=${{self.ports.{HTTPS}}}",
            f"--terms=${{self.dir}}/{TERMS}",
        ),
        files=(File(path=TERMS, text=terms(GOOD), why="how long its certificate is good for"),),
        ports=TLS,
        ready=Probe(port=HTTPS, tcp=True, deadline=30),
        reload="HUP",
        owner=first_team(context.system.teams),
        why="shows a certificate that a drill lets end, whatever services the system has",
    )


def scenario() -> Scenario:
    """It is renewed with one that ends too soon."""
    soon = AlterFile(workload=CERTIFICATE, path=TERMS, text=terms(ENDS))
    left = f'min(check_certificate_expiry_timestamp_seconds{{check="{CHECK}"}}) - time()'
    return Scenario(
        name=ENDING,
        question="When a certificate is about to end, does somebody know while there is time?",
        injections=(Injection(actions=(soon,)),),
        # no other fault changes what it shows, but a page of it would spoil another's silence
        radius=frozenset({EVERYTHING}),
        within=WITHIN + 10,
        steady=(
            quiet(),
            condition(
                "certificate",
                left,
                lambda value: value > DAYS * 86400,
                "the certificate ends already, or nobody has seen it",
            ),
        ),
    )
