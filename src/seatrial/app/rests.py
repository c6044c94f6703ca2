"""What evidence rests on beside the file: what was rendered from it, and the user's own files.

Addresses are replaced by the names of what lives there: the same system in another subnet is the
same system. Of what speaks of many things only the part is taken that speaks of the right ones,
so that a change elsewhere makes nothing stale.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import yaml

from seatrial.app.plan import Plan
from seatrial.contract.placement import Placement
from seatrial.contract.scenario import Expectation
from seatrial.engines.alertmanager import workload as alertmanager
from seatrial.engines.prometheus import workload as prometheus

_HOST = re.compile(r"\b(\d{1,3}(?:\.\d{1,3}){3})(:\d+)?\b")
_MATCHER = re.compile(r'(team|service)=~?"([^"]*)"')
_KINDS = {"services": "service", "stores": "store", "journeys": "journey", "slos": "slo"}


def rests(planned: Plan, expectation: Expectation) -> Mapping[str, Any]:
    """What an expectation rests on, by the subject's name: to be digested."""
    named = _named(planned, expectation.depends)
    found: dict[str, Any] = {}
    for name in named["services"]:
        found |= {
            f"contents:{name}/{path}": text for path, text in _files(planned, name, "").items()
        }
    if alertmanager.NAME in expectation.engines:
        (text,) = _files(planned, alertmanager.NAME, "alertmanager.yml").values()
        found["routes:alertmanager.yml"] = _routing(text, named)
    if {alertmanager.NAME, prometheus.NAME} <= set(expectation.engines):
        texts = _files(planned, prometheus.NAME, "rules/")
        wanted = {f"rules/{kind}-{one}.yml" for key, kind in _KINDS.items() for one in named[key]}
        if "alerting" in expectation.depends:
            wanted.add("rules/alerting.yml")
        found |= {
            f"rules:{path.removeprefix('rules/')}": text
            for path, text in texts.items()
            if path in wanted
        }
    return found


def _named(planned: Plan, depends: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """The names that it depends on, by section: all of a section where that is named whole."""
    system, paths = planned.system, set(depends)
    sections: Mapping[str, Iterable[str]] = {
        "services": system.services,
        "stores": system.stores,
        "journeys": system.journeys,
        "slos": system.slos,
        "teams": system.teams,
    }
    return {
        section: frozenset(
            name
            for name in names
            if section in paths
            or any(f"{each}.".startswith(f"{section}.{name}.") for each in paths)
        )
        for section, names in sections.items()
    }


def _files(planned: Plan, workload: str, begin: str) -> dict[str, str]:
    """A workload's files whose paths begin so, with names in place of addresses."""
    for each in planned.workloads:
        if each.name == workload:
            return {
                file.path: _renamed(file.text, planned.placement)
                for file in each.files
                if file.path.startswith(begin)
            }
    return {}


def _renamed(text: str, placement: Placement) -> str:
    """The text with what lives at an address in place of the address."""
    names = _addresses(placement)

    def one(match: re.Match[str]) -> str:
        host, port = match[1], match[2] or ""
        return names.get(host + port) or names.get(host, host) + port

    return _HOST.sub(one, text)


def _addresses(placement: Placement) -> Mapping[str, str]:
    names = {each.address: f"<{each.workload}.{each.replica}>" for each in placement.locations}
    return names | {str(each.listen): f"<{each.name}>" for each in placement.edges}


def _routing(text: str, named: Mapping[str, frozenset[str]]) -> Any:
    """The part of alertmanager.yml that these teams' alerts about these subjects go through."""
    document = _parsed(text)
    about = named["services"] | named["stores"] | named["journeys"]
    top = document["route"]
    routes = [each for each in top.get("routes", ()) if _concerns(each["matchers"], named["teams"])]
    receivers = {each["receiver"] for each in routes}
    hours = {name for each in routes for name in each.get("mute_time_intervals", ())}
    return {
        "global": document.get("global"),
        "route": {key: value for key, value in top.items() if key != "routes"},
        "routes": routes,
        "receivers": [each for each in document["receivers"] if each["name"] in receivers],
        "inhibit_rules": [
            each
            for each in document.get("inhibit_rules", ())
            if _concerns((*each["source_matchers"], *each["target_matchers"]), about)
        ],
        "time_intervals": [
            each for each in document.get("time_intervals", ()) if each["name"] in hours
        ],
    }


def _concerns(matchers: Iterable[str], names: frozenset[str]) -> bool:
    """Whether matchers name one of these, or nobody at all: then they are for all."""
    told = {
        name
        for each in matchers
        for found in _MATCHER.findall(each)
        for name in found[1].split("|")
    }
    return not told or bool(told & names)


@lru_cache(maxsize=4)
def _parsed(text: str) -> Any:
    return yaml.safe_load(text)
