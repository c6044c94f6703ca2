"""Where the collection cannot serve what the file promises."""

import math

from seatrial.capabilities.metrics import browsed
from seatrial.capabilities.metrics.journeys import EDGES, LONGEST, RUNS
from seatrial.capabilities.metrics.settings import Settings
from seatrial.contract.capability import Intent
from seatrial.system.model import Journey, System
from seatrial.system.probing import entries
from seatrial.system.problem import Problem, Severity

MONTH = 30 * 86400.0  # seconds: what the centre sums up


def check(intent: Intent) -> tuple[Problem, ...]:
    """SLO windows and latencies that cannot be measured, services that cannot be seen."""
    system = intent.system
    settings: Settings = intent.settings
    found = [
        Problem(
            "ST2101",
            system.place("slos", name, "window"),
            f"the window of the SLO {name} is {slo.window}, samples are kept {settings.retention}",
            "raise monitoring.retention above the window, or shorten the window",
            Severity.WARNING,
        )
        for name, slo in system.slos.items()
        if slo.window.seconds >= settings.retention.seconds
    ]
    found += [
        Problem(
            "ST2102",
            system.place("services", name),
            f"{name} has no metrics and no port: nothing can tell whether it lives",
            "add metrics: {port: ...}, or a port that can be asked",
            Severity.WARNING,
        )
        for name, service in system.services.items()
        if service.metrics is None and not service.ports
    ]
    found += [
        Problem(
            "ST2103",
            system.place("monitoring", "owner"),
            f"unknown team {settings.owner!r} in monitoring.owner",
            f"write one of {', '.join(system.teams)}",
        )
        for _ in (settings.owner,)
        if settings.owner and settings.owner not in system.teams
    ]
    found += [
        *_unsafe(system),
        *_crowded(system),
        *_one_name(system),
        *_endless(system),
        *_between_buckets(system),
        *_centre(intent, system, settings),
    ]
    return (*found, *(_outside(system) if intent.beside else ()))


def _centre(intent: Intent, system: System, settings: Settings) -> tuple[Problem, ...]:
    """A centre that nothing could be written to, or that forgets too early."""

    def found(code: str, key: str, summary: str, cure: str, severity: Severity) -> Problem:
        return Problem(code, system.place("monitoring", "centre", key), summary, cure, severity)

    own = settings.centre
    problems = []
    if own.region and own.region not in system.regions:
        problems.append(
            found(
                "ST2111",
                "region",
                f"monitoring.centre.region names {own.region}, which is no region of this file",
                f"write one of {', '.join(system.regions) or 'the regions, once there are some'}",
                Severity.ERROR,
            )
        )
    if len(intent.regions) > 1 and own.retention.seconds < MONTH:
        problems.append(
            found(
                "ST2112",
                "retention",
                f"the centre sums up 30 days, and keeps samples for {own.retention}",
                "raise monitoring.centre.retention to 31d or more",
                Severity.WARNING,
            )
        )
    if len(system.regions) > 1 and own.token and own.url.startswith("http://"):
        problems.append(
            found(
                "ST2113",
                "url",
                "the token of the centre is sent in clear text, for anybody on the way to read",
                "write the URL with https://",
                Severity.WARNING,
            )
        )
    if (own.token or own.headers) and not own.url:
        problems.append(
            found(
                "ST2114",
                "token" if own.token else "headers",
                "the centre that seatrial runs asks for neither token nor headers",
                "write monitoring.centre.url as well, or delete the key",
                Severity.WARNING,
            )
        )
    return tuple(problems)


def _endless(system: System) -> tuple[Problem, ...]:
    """Journeys that wait for so long that too few of their runs end to say anything."""
    return tuple(
        Problem(
            "ST2108",
            system.place("journeys", name, "steps"),
            f"a run of {name} may wait for {journey.waits:g} s, and the prober can keep only"
            f" {RUNS[1]} runs under way",
            f"make all within of its steps together at most {LONGEST:g} s",
        )
        for name, journey in system.journeys.items()
        if journey.waits > LONGEST
    )


def _unsafe(system: System) -> tuple[Problem, ...]:
    """Journeys that nobody walks outside of rehearsals, where the file names such a place."""
    if set(system.environments) <= {"rehearsal"}:
        return ()
    return tuple(
        Problem(
            "ST2115",
            system.place("journeys", name, "browser" if journey.browser else "steps"),
            f"{name} {_does(journey)}, and is not walked outside of rehearsals",
            f"write safe: true in each step that may be {'done' if journey.browser else 'sent'}"
            " for ever",
            Severity.WARNING,
        )
        for name, journey in system.journeys.items()
        if journey.undeclared
    )


def _does(journey: Journey) -> str:
    """What its steps do that may change something: `sends POST`, `does click`."""
    named = " and ".join(dict.fromkeys(each.method for each in journey.undeclared))
    return f"{'does' if journey.browser else 'sends'} {named}"


def _crowded(system: System) -> tuple[Problem, ...]:
    """More runs that hang than a prober opens pages: some of them would be seen by nobody."""
    pages = {
        name: math.ceil(each.pace * each.longest) for name, each in browsed.browsed(system).items()
    }
    if sum(pages.values()) <= browsed.PAGES:
        return ()
    most = max(pages, key=lambda each: pages[each])
    return (
        Problem(
            "ST2116",
            system.place("journeys", most, "browser"),
            f"runs that hang may hold {sum(pages.values())} pages, and a prober's browser opens"
            f" {browsed.PAGES}: what does not get one is not known",
            f"write a longer every for {most}, or shorten within",
            Severity.WARNING,
        ),
    )


def _one_name(system: System) -> tuple[Problem, ...]:
    """Pages that are asked for by one name and are to be walked in several regions.

    A client of requests takes the name with it to each way in; a browser finds one place for it.
    """
    return tuple(
        Problem(
            "ST2117",
            system.place("journeys", name, "browser"),
            f"{name} begins at {journey.start}, which {len(own)} regions have under one hostname:"
            " a browser finds one of them",
            f"walk it by steps, or delete services.{journey.start}.hostname",
        )
        for name, journey in browsed.browsed(system).items()
        if system.services[journey.start].hostname is not None
        and len(own := entries(system, journey.start, tuple(system.regions))) > 1
    )


def _outside(system: System) -> tuple[Problem, ...]:
    """Stores whose figures nobody shows here, exporters that show none, logins without a user."""
    nameless = tuple(
        Problem(
            "ST2107",
            system.place("stores", name, "monitor"),
            f"{name} is asked for its figures by a user, and none is named",
            f"write stores.{name}.monitor.user",
        )
        for name, store in system.stores.items()
        if store.monitor is not None and store.monitor.user is None and store.engine != "redis"
    )
    return nameless + tuple(
        Problem(
            "ST2105",
            system.place("stores", name, "exporter") if store.exporter else None,
            f"{store.exporter} shows no metrics, and so none of {name}",
            f"add metrics: {{port: ...}} to services.{store.exporter}",
        )
        if store.exporter
        else Problem(
            "ST2106",
            system.place("stores", name),
            f"{name} runs without seatrial, which has no password of it: nothing is seen but that"
            " it takes connections",
            f"name a user that may log in, in stores.{name}.monitor; or a service that exports its"
            f" figures, in stores.{name}.exporter",
            Severity.WARNING,
        )
        for name, store in system.stores.items()
        if not store.measured
        or (store.exporter is not None and system.services[store.exporter].metrics is None)
    )


def _between_buckets(system: System) -> tuple[Problem, ...]:
    """Latencies that no bucket ends at: their alerts would read a series that is never there."""
    return tuple(
        Problem(
            "ST2104",
            system.place("slos", name, "latency", quantile),
            f"the SLO {name} holds {quantile} to {limit}, which the prober's buckets cannot tell",
            f"write one of {', '.join(f'{each * 1000:g}ms' for each in EDGES)}",
        )
        for name, slo in system.slos.items()
        if slo.journey is not None
        for quantile, limit in slo.latency.items()
        if limit.seconds not in EDGES
    )
