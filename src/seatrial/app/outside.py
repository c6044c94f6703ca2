"""What a machine outside needs to look at the system, and to send home what it sees."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from seatrial.app.environment import open_runtime
from seatrial.app.plan import Plan, plan
from seatrial.capabilities.metrics.journeys import carried
from seatrial.capabilities.synthetics.outside import reach
from seatrial.capabilities.synthetics.settings import Settings
from seatrial.contract.placeholder import PATTERN
from seatrial.contract.runtime import Runtime, RuntimeFailure
from seatrial.runtimes.shared.state import replace_text
from seatrial.system.probing import INTAKE, outside, token
from seatrial.system.suggest import Suggester

BROWSER = "browser"
PLAN, HOME, TOKEN, AUTHORITY = "plan.json", "home.json", "token", "ca.pem"
_OK = 200
_SECRET = "secret."  # noqa: S105 - how a reference begins
_PRIVATE, _SHOWN = 0o600, 0o644


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What was written where, and where it will send to."""

    folder: Path
    region: str
    home: str
    journeys: int
    checks: int


def export(file: Path, region: str, folder: Path) -> Bundle:
    """Write what the machine of that region needs. Raises Refused and RuntimeFailure.

    The system must be up: its door at home is asked for the certificate that is to be trusted. The
    folder's files are its owner's alone; whoever has them can send as that region.
    """
    runtime = open_runtime(file)
    planned = plan(file, runtime)
    system = planned.system
    if region not in outside(system).values():
        known = tuple(outside(system).values())
        raise RuntimeFailure(
            f"{region} is no region outside",
            Suggester().cure(region, known, f"there are {', '.join(known)}")
            if known
            else f"write regions: {{{region}: {{outside: true}}}} and run `seatrial up`",
        )
    settings: Settings = planned.contexts["synthetics"].settings
    ways, lost = reach(system, settings, planned.placement)
    if lost:
        raise RuntimeFailure(
            f"where users outside reach {lost[0]} is not known",
            f"write synthetics.reach: {{{lost[0]}: https://...}}",
        )
    url = settings.home or f"https://{planned.placement.endpoint(INTAKE, 'https')}"
    run = planned.contexts["metrics"].regions
    said = planned.declarations
    text = carried(
        system, ways, said.checks, rehearsal=planned.rehearsal, run=run, windows=said.windows
    )
    found = json.loads(text)
    told = {"url": url, "place": region, "ca": AUTHORITY, "token": TOKEN}
    files = {
        PLAN: _filled(text, runtime),
        HOME: json.dumps(told, indent=1) + "\n",
        TOKEN: _secret(token(system, region), runtime) + "\n",
        AUTHORITY: _authority(planned, runtime),
    }
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, each in files.items():
        replace_text(folder / name, each, mode=_SHOWN if name == AUTHORITY else _PRIVATE)
    return Bundle(
        folder=folder,
        region=region,
        home=url,
        journeys=len(found["journeys"]),
        checks=len(found.get("checks", ())),
    )


def command(folder: Path, *, port: int) -> list[str]:
    """How the prober of a bundle is run: its own page is shown on this machine alone."""
    missing = [each for each in (PLAN, HOME, TOKEN, AUTHORITY) if not (folder / each).is_file()]
    if missing:
        raise RuntimeFailure(
            f"{folder} is no bundle: {missing[0]} is missing",
            "`seatrial prober --export FOLDER --region NAME` writes one where the system runs",
        )
    return [
        "-m",
        "seatrial.daemons.prober",
        "--host=127.0.0.1",
        f"--port={port}",
        f"--plan={folder / PLAN}",
        f"--home={folder / HOME}",
        f"--browser={folder / BROWSER}",  # made where a journey needs one
    ]


def _authority(planned: Plan, runtime: Runtime) -> str:
    """The certificate that home vouches with."""
    answer = runtime.request("GET", INTAKE, "http", "/ca.pem")
    if answer.status != _OK:
        raise RuntimeFailure(
            f"{INTAKE} of {planned.system.name} did not show its certificate: {answer.status}",
            f"look at `seatrial logs {INTAKE}`",
        )
    return answer.body.decode()


def _filled(text: str, runtime: Runtime) -> str:
    """The plan with the secrets that its steps send along."""
    names = (each for each in PATTERN.findall(text) if each.startswith(_SECRET))
    values: Mapping[str, str] = {
        f"${{{each}}}": _secret(each.removeprefix(_SECRET), runtime) for each in set(names)
    }
    for mark, value in values.items():
        text = text.replace(mark, json.dumps(value)[1:-1])
    return text


def _secret(name: str, runtime: Runtime) -> str:
    found = runtime.known_secrets((name,))[name]
    if not found:
        raise RuntimeFailure(f"the secret {name} is not known here", "run `seatrial up` first")
    return found
