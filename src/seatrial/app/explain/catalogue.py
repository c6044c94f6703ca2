"""What needs no file: requirements, criteria, kinds of tests, codes, keys, capabilities, engines.

Where a plan is at hand, how they are proven in that system is added.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from seatrial.app import assess, browsing, cluster, commands, init, registry, stores, taken
from seatrial.app.explain import sections
from seatrial.app.explain.answer import Answer, Kind, Maker, Means, Proof
from seatrial.app.explain.proofs import Proofs, touches
from seatrial.contract.capability import Capability
from seatrial.contract.engine import Engine
from seatrial.contract.requirements import (
    CRITERIA,
    REQUIREMENTS,
    TESTS,
    Criterion,
    Item,
    Requirement,
)
from seatrial.review.exceptions import FILE as EXCEPTIONS
from seatrial.review.rule import Rule
from seatrial.review.rules import RULES
from seatrial.system import schema
from seatrial.system.codes import CODES, CodeDoc

_NO_FILE = "name a system's file with -f to see how it is proven there"
_COMMANDS = {
    Means.DRILL: "seatrial prove",
    Means.EXAMINATION: "seatrial test",
    Means.RECORD: "seatrial exercise",
}


def codes() -> Mapping[str, CodeDoc]:
    """Every code of a problem, of seatrial itself and of the installed capabilities."""
    found = {
        **init.CODES,
        **assess.CODES,
        **cluster.CODES,
        **commands.CODES,
        **browsing.CODES,
        **taken.CODES,
        **stores.CODES,
        **CODES,
    }
    for capability in registry.capabilities():
        found |= capability.codes
    return dict(sorted(found.items()))


def every_key() -> tuple[str, ...]:
    """Every key of the file, the capabilities' sections included."""
    return tuple(dict.fromkeys((*schema.keys(), *sections.documents())))


def requirements(proofs: Proofs | None) -> dict[str, Maker]:
    """R01 to R22, and their items."""
    found: dict[str, Maker] = {}
    for each in REQUIREMENTS:
        found[each.id] = partial(_requirement, each, proofs)
        found |= {item.id: partial(_item, each, item, proofs) for item in each.items}
    return found


def criteria(proofs: Proofs | None) -> dict[str, Maker]:
    """S1 to S6 and T1 to T6."""
    return {
        each.id: partial(_criterion, kind, each, proofs)
        for kind, group in ((Kind.CRITERION, CRITERIA), (Kind.TEST, TESTS))
        for each in group
    }


def problems() -> dict[str, Maker]:
    """Every code of a problem."""
    return {word: partial(_code, word, doc) for word, doc in codes().items()}


def rules() -> dict[str, Maker]:
    """What `seatrial assess` looks for."""
    return {each.id: partial(_rule, each) for each in RULES}


def capabilities(proofs: Proofs | None) -> dict[str, Maker]:
    """What each installed capability promises."""
    return {each.name: partial(_capability, each, proofs) for each in registry.capabilities()}


def engines(proofs: Proofs | None) -> dict[str, Maker]:
    """The products that do the work."""
    return {each.name: partial(_engine, each, proofs) for each in registry.engines()}


def _criterion(kind: Kind, each: Criterion, proofs: Proofs | None) -> Answer:
    answer = Answer(word=each.id, kind=kind, title=each.title, text=(f"{each.text}.",))
    return _proven(answer, proofs, built=None)


def _requirement(each: Requirement, proofs: Proofs | None) -> Answer:
    facts = [("field", each.group.value), ("proven when", each.proven_when)]
    if proofs is not None:
        promised = proofs.plan.system.promised(each.id)
        facts.append(("promised", "yes" if promised else f"no: add {each.id} to `promises`"))
    answer = Answer(
        word=each.id,
        kind=Kind.REQUIREMENT,
        title=each.title,
        facts=tuple(facts),
        parts=tuple((item.id, f"{item.text}{_built(item.id)}") for item in each.items),
    )
    return _proven(answer, proofs, built=any(_makers(item.id) for item in each.items))


def _item(each: Requirement, item: Item, proofs: Proofs | None) -> Answer:
    makers = ", ".join(_makers(item.id))
    answer = Answer(
        word=item.id,
        kind=Kind.ITEM,
        title=item.text,
        facts=(
            ("requirement", f"{each.id} {each.title}"),
            ("proven when", each.proven_when),
            *((("capability", makers),) if makers else ()),
        ),
    )
    return _proven(answer, proofs, built=bool(makers), makers=makers)


def _makers(id_: str) -> tuple[str, ...]:
    """The installed capabilities that claim an item."""
    return tuple(each.name for each in registry.capabilities() if id_ in each.requirements)


def _built(id_: str) -> str:
    return "" if _makers(id_) else " (not built yet)"


def _proven(
    answer: Answer, proofs: Proofs | None, *, built: bool | None, makers: str = ""
) -> Answer:
    """With the proofs of this system; or with why there are none."""
    if built is False:
        return _noted(answer, "not built yet: nothing claims it, and it counts as not proven")
    if proofs is None:
        return _noted(answer, _NO_FILE)
    found = proofs.citing(answer.word)
    if not found:
        why = "nothing that this system declares shows it"
        maker, _, _ = makers.partition(", ")
        return _noted(
            answer, f"{why}; `seatrial explain {maker}` names the settings" if maker else why
        )
    return with_proofs(answer, proofs, found)


def _noted(answer: Answer, why: str) -> Answer:
    return replace(answer, facts=(*answer.facts, ("proofs", why)))


def with_proofs(answer: Answer, proofs: Proofs, found: tuple[Proof, ...]) -> Answer:
    """With these proofs, the commands that carry them out, and what they read and write."""
    engines = tuple(sorted({name for each in found for name in each.engines}))
    commands = dict.fromkeys(_COMMANDS[each.means] for each in found)
    return replace(
        answer,
        facts=(*answer.facts, ("prove it", " and ".join(commands))),
        proofs=found,
        engines=engines,
        reads=proofs.reads(found),
        writes=proofs.writes(engines),
    )


def _code(word: str, doc: CodeDoc) -> Answer:
    """What a problem's code stands for."""
    return Answer(
        word=word, kind=Kind.CODE, title=doc.title, text=(doc.meaning,), facts=(("cure", doc.cure),)
    )


def _rule(each: Rule) -> Answer:
    """What a rule of the review means, how risky it is and which requirements it is about."""
    texts = {item.id: item.text for requirement in REQUIREMENTS for item in requirement.items}
    return Answer(
        word=each.id,
        kind=Kind.RULE,
        title=each.title,
        text=(each.text,),
        facts=(
            ("risk", f"{each.risk.value}: {each.because}"),
            ("looks at", ", ".join(source.value for source in each.cures)),
            ("except it", f"in {EXCEPTIONS}: {{rule: {each.id}, subject: NAME, ...}}"),
        ),
        parts=tuple((id_, texts[id_]) for id_ in each.requirements),
    )


def key(word: str, proofs: Proofs | None) -> Answer | None:
    """What a key of the file means; names may stand for `*`. None for a key that is unknown."""
    doc = schema.describe(word)
    if doc is None:
        owned = sections.documents()
        doc = next((owned[each] for each in owned if _same(each, word)), None)
    if doc is None:
        return None
    default = "required" if doc.required else f"default {doc.default}"
    example = (("example", doc.example),) if doc.example else ()
    answer = Answer(
        word=word,
        kind=Kind.KEY,
        title=doc.key,
        text=(doc.description,),
        facts=(("value", f"{doc.type}; {default}"), *example),
        parts=_below(doc.key),
    )
    if proofs is None:
        return answer
    depends = {each.name: each.depends for each in proofs.expectations}
    found = proofs.drills(lambda each: touches(depends[each.name], word))
    return replace(answer, proofs=found) if found else answer


def _same(pattern: str, word: str) -> bool:
    wanted, given = pattern.split("."), word.split(".")
    return len(wanted) == len(given) and all(
        a in {"*", b} for a, b in zip(wanted, given, strict=True)
    )


def _below(parent: str) -> tuple[tuple[str, str], ...]:
    """The keys directly below one, with what each is."""
    owned = sections.documents()
    found = []
    for each in every_key():
        if not each.startswith(f"{parent}."):
            continue
        rest = [step for step in each.removeprefix(f"{parent}.").split(".") if step != "*"]
        doc = (schema.describe(each) or owned.get(each)) if len(rest) == 1 else None
        if doc is not None:
            found.append((each, doc.description))
    return tuple(found)


def _capability(each: Capability, proofs: Proofs | None) -> Answer:
    own = set(each.requirements)
    answer = Answer(
        word=each.name,
        kind=Kind.CAPABILITY,
        title=each.title,
        facts=(("meets", ", ".join(each.requirements)), ("section", each.section or "none")),
    )
    if proofs is None:
        return answer
    cited = proofs.drills(lambda one: bool(own & set(one.requirements)))
    cited += proofs.records(lambda one: bool(own & set(one.requirements)))
    return with_proofs(answer, proofs, cited) if cited else answer


def _engine(each: Engine, proofs: Proofs | None) -> Answer:
    workloads = () if proofs is None else proofs.plan.workloads
    return Answer(
        word=each.name,
        kind=Kind.ENGINE,
        title=each.title,
        facts=(
            ("oldest version", each.minimum),
            ("programs", ", ".join(each.programs)),
            ("documentation", each.docs),
            *(
                ("runs here", f"{one.name}: {one.why}")
                for one in workloads
                if one.engine == each.name
            ),
        ),
        writes=() if proofs is None else proofs.writes((each.name,)),
    )
