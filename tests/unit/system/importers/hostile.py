"""Texts made to cost an importer time or memory: importer and text by name.

Of 256 KiB, a quarter of the largest file that is read: what grows faster than its text would take
minutes there already.
"""

LARGEST = 1 << 18
_WORKLOAD = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d#}\n"
    "spec: {template: {metadata: {labels: {app: x}}, spec: {containers: "
    "[{name: a, image: x, ports: [{containerPort: 80}], envFrom: [{configMapRef: {name: c}}]}]}}}"
    "\n---\n"
)
_SERVICE = (
    "apiVersion: v1\nkind: Service\nmetadata: {name: s#, labels: {app: x}}\n"
    "spec: {selector: {app: x}, ports: [{port: 80}]}\n---\n"
)
_POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: x, "


def _many(begin: str, unit: str, end: str = "", most: int = 100_000) -> str:
    """The unit again and again, `#` numbered, to just below the bound."""
    parts, size = [begin], len(begin) + len(end)
    for number in range(most):
        written = unit.replace("#", str(number))
        size += len(written)
        if size > LARGEST:
            break
        parts.append(written)
    return "".join((*parts, end))


def _shared() -> str:
    """One ConfigMap with thousands of keys, read whole by hundreds of containers."""
    begin = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n"
    config = begin + "".join(f"  K{number}: http://s1:80/{'x' * 40}\n" for number in range(2000))
    return _many(config + "---\n", _WORKLOAD, most=1500)


def _chain() -> str:
    """Variables that each hold the one before them twice."""
    first = _POD + "env: [{name: V0, value: " + "x" * 1000 + "}"
    return _many(first, ", {name: V#x, value: '$(V0)$(V0)$(V1x)$(V2x)'}", "]}]}\n", most=9000)


HOSTILE: dict[str, tuple[str, str]] = {
    "joined with all": ("kubernetes", _many(_many("", _WORKLOAD, most=500), _SERVICE, most=500)),
    "shared configuration": ("kubernetes", _shared()),
    "variables that grow": ("kubernetes", _chain()),
    "one long command": (
        "kubernetes",
        _many(_POD + "args: [", "mysql -p --password x, ", "a]}]}\n"),
    ),
    "one long word": ("kubernetes", _many(_POD + "args: ['", "mysql --host=a -u a:", "']}]}\n")),
    "one long value": (
        "kubernetes",
        _many(_POD + "env: [{name: A_HOST, value: 'http://", "a:1,a.b.c.svc-", "'}]}]}\n"),
    ),
    "nothing but hosts": (
        "kubernetes",
        _many(_POD + "env: [{name: A, value: '", "server = a -h a nc -a 1 ", "'}]}]}\n"),
    ),
    "deep": ("kubernetes", "a: {" * 90 + "}" * 90),
    "too deep": ("kubernetes", "[" * LARGEST),
    "many documents": ("kubernetes", _many("", "kind: Pod\n---\n")),
    "many templates": ("kubernetes", _many("", "a: '{{ b'\n---\n{{ .Valu")),
    "monitors": (
        "kubernetes",
        _many(
            _many("", _SERVICE, most=500) + _WORKLOAD,
            "kind: ServiceMonitor\nmetadata: {name: m#}\n"
            "spec: {selector: {matchLabels: {app: x}}, endpoints: [{port: a}]}\n---\n",
            most=500,
        ),
    ),
    "many paths": (
        "openapi",
        _many("openapi: 3.0.0\npaths:\n", "  /p#: {get: {responses: {200: {}}}}\n"),
    ),
    "one item behind all paths": (
        "openapi",
        _many(
            "openapi: 3.0.0\nx: {get: {parameters: ["
            + "{name: a, in: query, required: true, example: b}, " * 200
            + "], responses: {200: {}}}}\npaths:\n",
            "  /p#: {$ref: '#/x'}\n",
        ),
    ),
    "references in circles": (
        "openapi",
        _many(
            "openapi: 3.0.0\nx0: {$ref: '#/x1'}\nx1: {$ref: '#/x0'}\npaths:\n",
            "  /p#: {get: {parameters: [{$ref: '#/x0'}], responses: {200: {}}}}\n",
        ),
    ),
    "long pointers": (
        "openapi",
        _many("openapi: 3.0.0\npaths:\n  /a: {$ref: '#", "/paths/~1a", "'}\n"),
    ),
}
