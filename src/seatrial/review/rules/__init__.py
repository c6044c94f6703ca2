"""The rules, one file a family. The order is that of their ids; an id is never used again."""

from collections.abc import Mapping

from seatrial.review.rule import Rule
from seatrial.review.rules import (
    data,
    dependencies,
    exposure,
    health,
    images,
    limits,
    logs,
    observability,
    ownership,
    recovery,
    replicas,
    restarts,
    secrets,
    users,
)

FAMILIES: Mapping[str, tuple[Rule, ...]] = {
    "Images": images.RULES,
    "Health": health.RULES,
    "Limits": limits.RULES,
    "Users and privileges": users.RULES,
    "Secrets": secrets.RULES,
    "Exposure": exposure.RULES,
    "Data": data.RULES,
    "Restarts": restarts.RULES,
    "Logs": logs.RULES,
    "Replicas": replicas.RULES,
    "Dependencies": dependencies.RULES,
    "Ownership": ownership.RULES,
    "Observability": observability.RULES,
    "Recovery": recovery.RULES,
}
RULES: tuple[Rule, ...] = tuple(rule for rules in FAMILIES.values() for rule in rules)
BY_ID: Mapping[str, Rule] = {rule.id: rule for rule in RULES}
