"""What is in play where an expectation is judged: the workloads, and the engines they run on. Pure.

Derived from what is done and asked, so that no expectation can forget the exporter that its
verdict is read through, or the product that it kills.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from seatrial.contract.action import Action, EdgeFault, WriteHostLine
from seatrial.contract.declaration import ScrapeTarget
from seatrial.contract.output import Workload
from seatrial.contract.scenario import Expectation, Scenario
from seatrial.engines.otelcol import reach
from seatrial.engines.prometheus import workload as prometheus
from seatrial.engines.toxiproxy import workload as toxiproxy
from seatrial.system.model import System

SECTIONS = ("services", "stores", "journeys")


@dataclass(frozen=True, kw_only=True)
class Play:
    """The workloads of a plan, and which of them each target is measured by."""

    system: System
    workloads: tuple[Workload, ...]
    targets: tuple[ScrapeTarget, ...]

    def completed(self, expectation: Expectation, scenario: Scenario) -> Expectation:
        """The expectation with every workload in play, and every engine that one runs on.

        In play is what the scenario acts on, what is asked, and, where Prometheus has a part in
        it, each subject that the expectation depends on with what it is measured through.
        """
        found = {name for each in scenario.injections for name in acted_on(each.actions)}
        found |= {each.workload for each in expectation.watches}
        if prometheus.NAME in found or prometheus.NAME in expectation.engines:
            for subject in self._subjects(expectation.depends):
                found |= {subject} | self._measured.get(subject, frozenset())
        # asked whether all is well beforehand, which is no part of what is shown
        found |= {each.watch.workload for each in scenario.steady}
        engines = {self._engines[name] for name in found if self._engines.get(name)}
        return replace(
            expectation,
            workloads=tuple(sorted(found & self._engines.keys())),
            engines=tuple(sorted({*expectation.engines, *engines})),
        )

    def _subjects(self, depends: Iterable[str]) -> Iterable[str]:
        """The services, stores and journeys that these paths of the file name."""
        for path in depends:
            section, _, name = path.partition(".")
            if section in SECTIONS:
                yield from (name,) if name else getattr(self.system, section)

    @cached_property
    def _engines(self) -> Mapping[str, str]:
        """The engine of each workload; empty for what is the user's own, or ours."""
        return {each.name: each.engine for each in self.workloads}

    @cached_property
    def _measured(self) -> Mapping[str, frozenset[str]]:
        """What takes part in measuring each subject: where its figures are read, and through what.

        No target is about a journey: it walks through what `depends` names beside it.
        """
        found: dict[str, frozenset[str]] = {}
        for each in self.targets:
            through = (each.through[0],) if each.through is not None else ()
            known = found.get(each.subject, frozenset())
            found[each.subject] = known | {each.workload, *through}
        return found


def acted_on(actions: Iterable[Action]) -> Iterable[str]:
    """The workloads that actions touch; an edge is cut in the proxy that carries it."""
    for each in actions:
        if isinstance(each, EdgeFault):
            yield from (each.source, each.target, toxiproxy.NAME)
        elif isinstance(each, WriteHostLine):
            yield reach.HOST_LOG
        else:
            yield each.workload
