"""The template of the route that took a request, never the path that was asked for.

Starlette and FastAPI leave the route in the scope; of applications that are mounted below others,
it is the innermost one, so that the mounts before it are looked for again.
"""

from collections.abc import Iterable, MutableMapping
from typing import Any

_DEEPEST = 8


def template(scope: MutableMapping[str, Any]) -> str:
    """Such as `/users/{id}`; empty where no route matched."""
    route = scope.get("route")
    if route is None:
        return ""
    path = getattr(route, "path", "")
    mounted = scope.get("root_path") or ""
    before = scope.get("app_root_path")
    if before is None or mounted == before:
        return str(path)
    rest = mounted[len(before) :]
    found = _mounts(getattr(scope.get("router"), "routes", ()), rest, _DEEPEST)
    if found is None:  # a router of another kind: rather no template than a path
        return ""
    # the route itself is still the mount where what is mounted has no routes
    return found if _is_mount(route) else f"{found}{path}"


def _mounts(routes: Iterable[Any], rest: str, deepest: int) -> str | None:
    """The templates of the mounts that lead to `rest`, one after the other."""
    if not rest:
        return ""
    if not deepest:
        return None
    for each in routes:
        if not _is_mount(each):
            continue
        match = each.path_regex.match(f"{rest}/")
        if match is None:
            continue
        below = f"/{match.groupdict().get('path', '')}".rstrip("/")
        found = _mounts(each.routes or (), below, deepest - 1)
        if found is not None:
            return f"{each.path}{found}"
    return None


def _is_mount(route: Any) -> bool:
    return hasattr(route, "path_regex") and hasattr(route, "routes")
