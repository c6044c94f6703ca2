"""A first `seatrial.yaml`: valid as it stands, runnable at once, commented for a newcomer.

Lines that begin with `#` and no single space after it are keys to take the `#` off.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from seatrial.app import schema
from seatrial.app.files import FOLDER, write_text
from seatrial.app.refused import Refused
from seatrial.system.base import LABEL
from seatrial.system.codes import CodeDoc
from seatrial.system.problem import Place, Problem

FILE = "seatrial.yaml"
CODES: Mapping[str, CodeDoc] = {
    "ST0101": CodeDoc(
        "a file that is already there",
        "`seatrial init` would have replaced a file, which it never does without being told to.",
        "Edit that file, or add `--force`: the old one is kept beside it.",
    ),
    "ST0102": CodeDoc(
        "a name that no system can have",
        "The system's name becomes a label, a host name and a file name.",
        "Use lower-case letters, digits and hyphens, beginning with a letter, at most 63.",
    ),
}
_STARTER = Template("""\
# yaml-language-server: $$schema=./.seatrial/schema.json
# Describes one system for seatrial. `seatrial explain KEY` says what a key means, for example
# `seatrial explain services.*.needs`. Keys behind a bare # are optional: take the # off.
seatrial: 1
system: $name
#summary: What the system is for, in one sentence.

# Who answers for it. Alerts go to teams, so every part of the system has one as its owner.
people:
  ada: {name: Ada Moreau, email: ada@acme.example}
teams:
  platform:
    members: [ada]
    chat: "#platform"
    email: platform@acme.example
#    pager: {secret: PAGERDUTY_KEY}        # the name of the secret, never the key itself

# What you run. This one is a stand-in that works at once; put your own command in its place.
services:
  web:
    owner: platform
    run: python3 -m http.server --directory $${self.dir} --bind $${self.address} $${self.ports.http}
    ports: {http: 8000}
    exposed: true                          # users reach it directly
    health: {ready: /}                     # answers 200 only while it can take traffic
#    metrics: {port: http, path: /metrics} # where Prometheus reads its figures
#    scale: 2                              # replicas
#    needs: [database]                     # what it calls: order of the start, whose alerts wait
#    environment:
#      DATABASE_URL: postgresql://$${database.user}:$${database.password}@$${database.host}:$${database.port}/$${database.name}

# What keeps your data. Stores are run for you, and their passwords are generated.
#stores:
#  database: {engine: postgres, version: "15", owner: platform}

# What a user does, step by step: the load of a rehearsal, and what SLOs are judged by.
journeys:
  visit:
    owner: platform
    start: web
    peak: 5/s                              # how often, at the busiest
    steps:
      - get: /
        expect: {status: 200}

# What you promise your users. Alerts follow from it: they page before the month's budget is gone.
slos:
  visit: {journey: visit, availability: 99.9, window: 30d}

# How soon somebody must know.
targets: {fault_to_page: 60s}

# What is to be proven; `seatrial explain R03` says what each one means.
promises: [R01, R03]
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What was written: the file, the system's name, and the copy of what stood there before."""

    file: Path
    name: str
    kept: Path | None


def suggested(folder: Path) -> str:
    """A name for the system in that folder: the folder's own, in the letters that names have."""
    words = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower())
    return words.lstrip("-0123456789")[:63].strip("-") or "my-system"


def starter(name: str) -> str:
    """The file's text for a system of that name."""
    return _STARTER.substitute(name=name)


def begin(folder: Path, name: str, *, force: bool = False) -> Begun:
    """Write the first file of a system, and the schema that editors read.

    Raises Refused when the name cannot be used, or when a file is there and `force` is not given;
    OSError when the folder cannot be written. Nothing is written before all is known to be well.
    """
    if re.fullmatch(LABEL, name) is None:
        raise Refused((_problem("ST0102", None, f"{name!r} is no name for a system"),))
    file = folder / FILE
    there = os.path.lexists(file)
    if there and not force:
        raise Refused((_problem("ST0101", Place(str(file), 1, 1), "a file is already there"),))
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / FOLDER / ".gitignore", "*\n")
    write_text(folder / FOLDER / schema.PATH, schema.text())
    kept = _set_aside(file) if there else None
    write_text(file, starter(name))
    return Begun(file=file, name=name, kept=kept)


def _problem(code: str, place: Place | None, summary: str) -> Problem:
    cure = CODES[code].cure.rstrip(".")
    return Problem(code, place, summary, cure[0].lower() + cure[1:])


def _set_aside(file: Path) -> Path:
    """Move what stands there, be it a folder, to the first free name beside it."""
    number = 0
    while os.path.lexists(kept := file.with_name(f"{file.name}.old{number or ''}")):
        number += 1
    return file.rename(kept)
