"""What evidence rests on beside the file: what was rendered from it, the user's code, the place.

Addresses are replaced by the names of what lives there: the same system in another subnet is the
same system. Of what speaks of many things only the part is taken that speaks of the right ones,
so that a change elsewhere makes nothing stale.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml

from seatrial.app.code import Code, Codes
from seatrial.app.plan import Plan
from seatrial.contract.scenario import Ability, Expectation, Scenario
from seatrial.engines.alertmanager import workload as alertmanager
from seatrial.engines.prometheus import rules
from seatrial.engines.prometheus import workload as prometheus

_HOST = re.compile(r"\b(\d{1,3}(?:\.\d{1,3}){3})(:\d+)?\b")
_MATCHER = re.compile(r'(team|service)=~?"([^"]*)"')
# What only root, or another way where there is none, can do.
ROOTED = frozenset(
    {
        Ability.ROOT,
        Ability.MEMORY_LIMIT,
        Ability.SIZED_VOLUME,
        Ability.PACKET_LOSS,
        Ability.HOST_LINES,
    }
)
_KINDS = {"services": "service", "stores": "store", "journeys": "journey", "slos": "slo"}


@dataclass(frozen=True)
class Ground:
    """Everything of one plan that evidence may rest on; each part is worked out once.

    `root` tells whether what runs here is run by root.
    """

    planned: Plan
    root: bool = False

    @cached_property
    def document(self) -> dict[str, Any]:
        """The file as it was understood: order and comments make no difference."""
        found: dict[str, Any] = self.planned.system.model_dump(mode="json", by_alias=True)
        sections: dict[str, Any] = found.pop("sections", {})
        return found | sections

    def under(self, expectation: Expectation) -> Mapping[str, Any]:
        """What an expectation rests on beside the file, by the subject's name."""
        named = self._named(expectation.depends)
        found: dict[str, Any] = {}
        for name in self._services(expectation):
            code = self.code(name)
            if code.digest:
                found[f"code:{name}"] = code.digest
            for path in self._files.get(name, {}):
                found[f"contents:{name}/{path}"] = self._text(name, path)
        engines = set(expectation.engines)
        if alertmanager.NAME in engines:
            part = json.dumps(_routing(self._routes, named), sort_keys=True, default=str)
            # its own part of the file: the name must not be that of another expectation's part
            found[f"routes:alertmanager.yml of {expectation.name}"] = self._renamed(part)
        if {alertmanager.NAME, prometheus.NAME} <= engines:
            wanted = {f"{kind}-{one}" for key, kind in _KINDS.items() for one in named[key]}
            if "alerting" in expectation.depends:
                wanted.add("alerting")
            for name in sorted(wanted):
                path = rules.path(name)
                if path in self._files[prometheus.NAME]:
                    found[f"rules:{name}.yml"] = self._text(prometheus.NAME, path)
        return found

    def lacking(self, expectation: Expectation) -> Mapping[str, str]:
        """Why code that it rests on could not be pinned, by the service's name."""
        found = {name: self.code(name).lacking for name in self._services(expectation)}
        return {name: reason for name, reason in found.items() if reason}

    def moved(self, later: "Ground", expectation: Expectation) -> dict[str, str]:
        """The code that is another one by now, by the service's name."""
        return {
            name: "it was changed meanwhile"
            for name in self._services(expectation)
            if later.code(name) != self.code(name)
        }

    def place(self, scenario: Scenario | None = None) -> Mapping[str, Any]:
        """Where it runs: the runtime, what the file says of it, and root where faults need it."""
        runtime, name = self.planned.placement.runtime, self.planned.environment
        found: dict[str, Any] = {
            f"runtime:{runtime}": runtime,
            f"file:environments.{name}": self.document.get("environments", {}).get(name),
        }
        if scenario is not None and scenario.needs & ROOTED:
            found["machine:root"] = self.root
        return found

    def code(self, name: str) -> Code:
        """The code of a service; read once, and not before somebody asks."""
        if name not in self._codes:
            self._codes[name] = self._sources.of(self.planned.system.services[name])
        return self._codes[name]

    @cached_property
    def _codes(self) -> dict[str, Code]:
        return {}

    @cached_property
    def _sources(self) -> Codes:
        return Codes(
            folder=self.planned.folder,
            runtime=self.planned.placement.runtime,
            described=frozenset(self.planned.described),
        )

    def _services(self, expectation: Expectation) -> tuple[str, ...]:
        """The user's services in play, in the order of their names."""
        services = self.planned.system.services
        return tuple(each for each in expectation.workloads if each in services)

    def _named(self, depends: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """The names that it depends on, by section: all of a section where that is named whole."""
        found: dict[str, frozenset[str]] = dict.fromkeys((*_KINDS, "teams"), frozenset())
        for path in depends:
            section, _, rest = path.partition(".")
            if section in found:
                # no name of the file holds a dot
                names = {rest.partition(".")[0]} if rest else self.document.get(section) or ()
                found[section] |= frozenset(names)
        return found

    @cached_property
    def _files(self) -> Mapping[str, Mapping[str, str]]:
        """The texts of each workload's files, by path."""
        return {
            each.name: {file.path: file.text for file in each.files}
            for each in self.planned.workloads
        }

    @cached_property
    def _routes(self) -> Any:
        text = self._files[alertmanager.NAME]["alertmanager.yml"]
        return yaml.load(text, Loader=yaml.CSafeLoader)

    def _text(self, workload: str, path: str) -> str:
        return self._renamed(self._files[workload][path])

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """What lives at each address."""
        placement = self.planned.placement
        seats = {each.address: f"<{each.workload}.{each.replica}>" for each in placement.locations}
        return seats | {str(each.listen): f"<{each.name}>" for each in placement.edges}

    def _renamed(self, text: str) -> str:
        """The text with what lives at an address in place of the address."""

        def one(match: re.Match[str]) -> str:
            host, port = match[1], match[2] or ""
            return self._names.get(host + port) or self._names.get(host, host) + port

        return _HOST.sub(one, text)


def _routing(document: Any, named: Mapping[str, frozenset[str]]) -> Any:
    """The part of alertmanager.yml that these teams' alerts about these subjects go through."""
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
