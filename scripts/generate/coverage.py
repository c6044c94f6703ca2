"""docs/coverage.md: every item of the catalogue, what stands behind it and what proves it.

What is said follows from the plan of the reference system, of what joins regions from that of the
example with two, of a failover, backups elsewhere and files from those of the examples for them: an
item that no capability claims, or that nothing proves there, is `not built yet`, however much of it
may be in the code.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from scripts.generate.tables import table

from seatrial.app import registry
from seatrial.app.explain import Proof
from seatrial.app.explain.answer import Means
from seatrial.app.explain.proofs import Proofs
from seatrial.app.plan import Plan
from seatrial.contract.requirements import CRITERIA, REQUIREMENTS, TESTS, Requirement

NOT_BUILT = "not built yet"

# What a proof leaves open of the sentence that it stands behind. An entry needs a proof: without
# one the item is not built, and that is said already.
IN_PART: Mapping[str, str] = {
    "R01.2": "processes and containers; a cluster's own discovery is not built",
    "R01.4": "processes and containers; on Kubernetes a cluster is one region",
    "R03.2": "routed, not escalated: a second person who is asked after the first is R19",
    "R03.3": "a rehearsal's messages go to a sink that checks each as the provider would; the "
    "providers themselves are not called",
    "R18.1": "what seatrial backs up: PostgreSQL, Redis and the files of services",
    "R18.2": "a copy beside the store, on the machine that has its repository; the RPO stands on "
    "the page, and R20.1 measures it. In place, on processes; no store is brought back on "
    "another machine",
    "R18.3": "in an exercise of a rehearsal, where R22 is promised, too; each part is brought back "
    "by a drill of its own, a service by people's word: nobody sees the order after a loss of all",
    "R18.4": "in an exercise of a rehearsal, where R22 is promised, too; commands are typed by "
    "drills, journeys are gone and what a page tells to look at is seen by people",
    "R20.2": "the file, what it reads, the system's secrets and the files that services keep. Not "
    "in it: code, images, evidence",
    "R20.3": "where both regions are of one machine: PostgreSQL, Redis and the files of services",
    "R21.1": "services, and copies of PostgreSQL stores; stores of other products are at home only",
    "R21.2": "PostgreSQL stores; those of other products are not replicated",
    "R21.3": "users, and PostgreSQL stores: to another region by itself where a third one agrees, "
    "else by a command, as the way home always is",
    "R21.4": "of PostgreSQL stores, and of journeys through a front",
    "R22.1": "held in a rehearsal; users are not led to another region",
    "R22.2": "teams are paged, and who was there is what the record says; audiences are told, and "
    "not asked to answer",
    "R22.3": "a rehearsal's notices go to the sink, which checks each as the provider would",
    "S1": "one machine; of stores, those of four products are measured",
    "T2": "what must be there is looked at; the calls between services are checked by journeys",
    "T3": "pages by which stores are backed up, restored and failed over; runbooks of incidents "
    "and of deployments are R16",
    "T6": "stores, files of services and the system's own file; a part that is lost for good is "
    "not brought back from nothing",
}

JOINS = frozenset({"R01.4"})  # items that a system with one region has nothing of
LIES_ELSEWHERE = frozenset({"R20.3"})  # nor one that is backed up at home alone
TAKEN_OVER = frozenset({"R20.1"})  # nor is that restored across a failover
KEEPS_FILES = frozenset({"R20.2"})  # nor one whose services keep nothing
FAILS_OVER = frozenset({"R21.1", "R21.2", "R21.3", "R21.4"})  # nor has one whose stores are alone

_HEAD = """\
# Coverage

Generated from the code and from the plan of the reference system; what joins regions, from \
that of the example with two; a failover, backups of what fails over and in another region, and \
files that services keep, from those of the examples for them. The catalogue holds \
{items} items in {requirements} requirements, {criteria} success criteria and {tests} kinds of \
tests. Each is listed, with the capability that claims it, the files that are rendered for it, \
and everything that proves it there: the expectation, the scenario that it is judged in, and the \
control, a defect with which it must turn red.

| | a drill or test proves it | it proves a part | not built yet |
| --- | --- | --- | --- |
{counts}

This page says what *can* be proven. What *is* proven of a system, and when, stands in its \
report: `seatrial report`. Nothing counts as ready because it is listed here.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One id of the catalogue, with what stands behind it."""

    id: str
    text: str
    capabilities: tuple[str, ...]
    proofs: tuple[Proof, ...]

    @property
    def built(self) -> bool:
        """Whether a capability claims it and something proves it."""
        return bool(self.proofs and self.capabilities)

    @property
    def state(self) -> str:
        """In a few words."""
        if not self.built:
            return NOT_BUILT
        return f"in part: {IN_PART[self.id]}" if self.id in IN_PART else "proof below"


def page(
    plan: Plan, *, joined: Plan, failing: Plan, alone: Plan, apart: Plan, both: Plan, keeping: Plan
) -> str:
    """The page; of the others comes what only they prove.

    That is regions, a failover, one to another region by itself, a copy elsewhere, a restore across
    a failover, files.
    """
    proofs = _with(Proofs.of(plan), Proofs.of(joined), JOINS)
    proofs = _with(proofs, Proofs.of(failing), FAILS_OVER)
    proofs = _with(proofs, Proofs.of(alone), FAILS_OVER)
    proofs = _with(proofs, Proofs.of(apart), LIES_ELSEWHERE)
    proofs = _with(proofs, Proofs.of(both), TAKEN_OVER)
    proofs = _with(proofs, Proofs.of(keeping), KEEPS_FILES)
    fields = [(each, tuple(_items(each, proofs))) for each in REQUIREMENTS]
    criteria = tuple(_entry(each.id, f"{each.text}.", proofs) for each in CRITERIA)
    tests = tuple(_entry(each.id, f"{each.title}: {each.text}.", proofs) for each in TESTS)
    items = tuple(entry for _, each in fields for entry in each)
    counts = (("items", items), ("success criteria", criteria), ("kinds of tests", tests))
    parts = [
        _HEAD.format(
            items=len(items),
            requirements=len(REQUIREMENTS),
            criteria=len(CRITERIA),
            tests=len(TESTS),
            counts="\n".join(_counted(name, each) for name, each in counts),
        )
    ]
    for group, members in groupby(fields, key=lambda each: each[0].group):
        parts.append(f"## {group.value}\n")
        parts += [_requirement(each, entries, proofs) for each, entries in members]
    parts.append("## Success criteria\n")
    parts.append(_entries(criteria, proofs))
    parts.append("## Tests that are shipped for your system\n")
    parts.append(_entries(tests, proofs))
    return "\n".join(parts)


def _with(proofs: Proofs, others: Proofs, items: frozenset[str]) -> Proofs:
    """With the other system's proofs of these items, as far as they are other ones."""
    known = {each.name for each in proofs.expectations}
    more = tuple(
        each
        for each in others.expectations
        if items & {*each.requirements} and each.name not in known
    )
    return replace(proofs, expectations=(*proofs.expectations, *more))


def _items(each: Requirement, proofs: Proofs) -> Iterator[Entry]:
    for item in each.items:
        yield _entry(item.id, f"{item.text}.", proofs)


def _entry(id_: str, text: str, proofs: Proofs) -> Entry:
    found = proofs.citing(id_)
    if id_.startswith("R"):
        claimed = tuple(each.name for each in registry.capabilities() if id_ in each.requirements)
    else:
        # Nobody claims a criterion: it holds through what several capabilities expect together.
        claimed = tuple(dict.fromkeys(name for name, names in _makers(proofs) if names & {id_}))
    return Entry(id=id_, text=text, capabilities=claimed, proofs=found)


def _makers(proofs: Proofs) -> Iterator[tuple[str, set[str]]]:
    """Each capability's name, with every id that its own expectations and tests cite."""
    for each in registry.capabilities():
        context = proofs.plan.contexts[each.name]
        cited = (
            *(one.requirements for one in each.expectations(context, proofs.scenarios)),
            *(one.requirements for one in each.examinations(context)),
            *(one.requirements for held in each.exercises(context) for one in held.aspects),
        )
        yield each.name, {id_ for ids in cited for id_ in ids}


def _counted(name: str, entries: tuple[Entry, ...]) -> str:
    built = [each for each in entries if each.built]
    part = sum(each.id in IN_PART for each in built)
    return f"| {name} | {len(built) - part} | {part} | {len(entries) - len(built)} |"


def _requirement(each: Requirement, entries: tuple[Entry, ...], proofs: Proofs) -> str:
    head = f"### {each.id} {each.title}\n\nProven when: {each.proven_when}.\n\n"
    return head + _entries(entries, proofs)


def _entries(entries: tuple[Entry, ...], proofs: Proofs) -> str:
    rows = ((each.id, each.text, each.state, *_behind(each, proofs)) for each in entries)
    head = ("id", "what", "state", "capability", "rendered for it")
    return "\n".join((table(head, rows), *(_proofs(each) for each in entries if each.built)))


def _behind(entry: Entry, proofs: Proofs) -> tuple[str, str]:
    """The capabilities, and the folders under `.seatrial/` that its engines are configured by."""
    if not entry.built:
        return "", ""
    paths = proofs.writes(name for each in entry.proofs for name in each.engines)
    folders = dict.fromkeys(f"`{'/'.join(path.split('/')[:2])}/`" for path in paths)
    return ", ".join(entry.capabilities), " ".join(folders)


def _proofs(entry: Entry) -> str:
    drills = [each for each in entry.proofs if each.means is Means.DRILL]
    tests = [each for each in entry.proofs if each.means is Means.EXAMINATION]
    rows = [
        (f"`{each.name}`", each.summary, f"drill `{each.scenario}`", each.control)
        for each in drills
    ]
    for family, found in groupby(tests, key=lambda each: each.name.partition("/")[0]):
        group = tuple(found)
        engines = ", ".join(dict.fromkeys(name for each in group for name in each.engines))
        rows.append(
            (
                f"`{family}/...` ({len(group)})",
                f"such as: {group[0].summary}",
                f"`seatrial test T1`, by {engines}",
                f"a spoiled copy of its files, such as: {group[0].control}",
            )
        )
    rows += [
        (
            f"`{each.name}`",
            each.summary,
            f"the record of the exercise `{each.scenario}`",
            f"a spoiled copy of it: {each.control}",
        )
        for each in entry.proofs
        if each.means is Means.RECORD
    ]
    head = ("expectation", "met when", "seen in", "control: red with")
    return f"What proves {entry.id}:\n\n{table(head, rows)}"
