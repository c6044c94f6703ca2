"""What is asked of etcd, and what its answers say. Pure.

The gateway's paths and bodies: https://etcd.io/docs/v3.4/dev-guide/api_grpc_gateway/. What Patroni
keeps below a cluster's key, `leader`, `config` and `status`:
https://patroni.readthedocs.io/en/latest/dcs_failsafe_mode.html and its `dcs` module.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seatrial.daemons.mover.plan import Plan

TXN = "/v3/kv/txn"
GRANT = "/v3/lease/grant"
HEALTH = "/health"
MEMBER = "/patroni"  # of a member of the store, at its REST
_MOVED = "moved"  # our own key beside Patroni's: that nobody ordered it
_RUNNING = frozenset({"running", "streaming"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What a cluster goes by, and the revision of etcd at which it was last told so."""

    settings: Mapping[str, Any]
    revision: int

    @property
    def copies(self) -> bool:
        """Whether it is a copy of the other region's."""
        return bool(self.settings.get("standby_cluster"))

    @property
    def closes(self) -> bool:
        """Whether its primary stops taking writes when it cannot renew its lease."""
        return not self.settings.get("pause") and not self.settings.get("failsafe_mode")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """All that the majority says at one instant.

    `held`: somebody at home has its lease. `told`: how far the log of home's primary went when it
    last said so, in bytes. `headed`: the other region's cluster has a head. `moved`: it was moved
    by itself.
    """

    held: bool
    home: Config | None
    told: int | None
    headed: bool
    other: Config | None
    moved: bool


def look(plan: Plan) -> str:
    """The body of TXN that asks for a View: read at once, and not from one member's memory."""
    return json.dumps({"success": [{"request_range": {"key": _b64(key)}} for key in _keys(plan)]})


def view(body: bytes) -> View:
    """The answer to `look`. Raises ValueError, KeyError, TypeError or AttributeError."""
    found = [each["response_range"].get("kvs") or [] for each in json.loads(body)["responses"]]
    leader, config, status, head, other, moved = (each[0] if each else None for each in found)
    return View(
        held=leader is not None,
        home=_config(config),
        told=_position(status),
        headed=head is not None,
        other=_config(other),
        moved=moved is not None,
    )


def grant(plan: Plan) -> str:
    """The body of GRANT: for as long as home's own lease lasts."""
    return json.dumps({"TTL": str(int(plan.lease))})


def granted(body: bytes) -> str:
    """The lease of the answer. Raises ValueError or KeyError."""
    return str(json.loads(body)["ID"])


def move(plan: Plan, seen: View, lease: str) -> str:
    """The body of TXN that moves the store, all of it or nothing of it.

    Only where still nobody at home has the lease and both clusters go by what was seen. It takes
    the lease of home itself: a member there that looked before must look again before it can have
    it, and finds that it is a copy. Raises ValueError where a cluster goes by nothing.
    """
    if seen.home is None or seen.other is None:
        raise ValueError("a cluster that goes by nothing cannot be told anything else")
    leader, config, _, head, other, moved = _keys(plan)
    compare = [
        {"key": _b64(leader), "target": "CREATE", "create_revision": "0"},
        {"key": _b64(config), "target": "MOD", "mod_revision": str(seen.home.revision)},
        {"key": _b64(other), "target": "MOD", "mod_revision": str(seen.other.revision)},
        {"key": _b64(head), "target": "CREATE", "result": "GREATER", "create_revision": "0"},
    ]
    mover = f"{plan.store}-mover"
    puts = [
        {"key": _b64(leader), "value": _b64(mover), "lease": lease},
        {"key": _b64(config), "value": _b64(_merged(seen.home, plan.home.settings))},
        {"key": _b64(other), "value": _b64(_merged(seen.other, plan.other.settings))},
        {"key": _b64(moved), "value": _b64(mover)},
    ]
    return json.dumps({"compare": compare, "success": [{"request_put": each} for each in puts]})


def forget(plan: Plan) -> str:
    """The body of TXN that takes back that it was moved by itself: people have led it home."""
    moved = _keys(plan)[-1]
    return json.dumps({"success": [{"request_delete_range": {"key": _b64(moved)}}]})


def done(body: bytes) -> bool:
    """Whether the answer to `move` says that it was done. Raises ValueError."""
    return bool(json.loads(body).get("succeeded"))


def healthy(body: bytes) -> bool:
    """Whether the answer of HEALTH is that of a member that knows the majority."""
    try:
        return str(json.loads(body).get("health")).lower() == "true"
    except (ValueError, AttributeError):
        return False


def position(body: bytes) -> int | None:
    """How far the log goes that a member of the copy has, in bytes; None where it has none to tell.

    The answer of MEMBER: https://patroni.readthedocs.io/en/latest/rest_api.html.
    """
    try:
        told = json.loads(body)
        if told.get("state") not in _RUNNING:
            return None
        log = told.get("xlog") or {}
        ends = (log.get(each) for each in ("received_location", "replayed_location"))
        return max((each for each in ends if isinstance(each, int)), default=None)
    except (ValueError, AttributeError):
        return None


def merged(settings: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """What a cluster goes by once it was told that: a merge patch, None takes a key away."""
    found = dict(settings)
    for key, value in patch.items():
        if value is None:
            found.pop(key, None)
        elif isinstance(value, Mapping):
            own = found.get(key)
            found[key] = merged(own if isinstance(own, Mapping) else {}, value)
        else:
            found[key] = value
    return found


def _merged(config: Config, patch: Mapping[str, Any]) -> str:
    return json.dumps(merged(config.settings, patch), separators=(",", ":"))


def _keys(plan: Plan) -> tuple[str, ...]:
    home, other = plan.home.scope, plan.other.scope
    own = (f"{home}/leader", f"{home}/config", f"{home}/status")
    return (*own, f"{other}/leader", f"{other}/config", f"{home}/{_MOVED}")


def _config(kv: Mapping[str, Any] | None) -> Config | None:
    if kv is None:
        return None
    settings = json.loads(_text(kv))
    if not isinstance(settings, dict):
        raise TypeError("the settings of a cluster are no object")
    return Config(settings=settings, revision=int(kv["mod_revision"]))


def _position(kv: Mapping[str, Any] | None) -> int | None:
    """Of one whose words cannot be read nobody knows how far it was."""
    try:
        found = json.loads(_text(kv)).get("optime") if kv is not None else None
    except (ValueError, AttributeError):
        return None
    return found if isinstance(found, int) else None


def _text(kv: Mapping[str, Any]) -> str:
    return base64.b64decode(kv.get("value", "")).decode()


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
