"""How a key is read and taken back: https://etcd.io/docs/v3.4/dev-guide/api_grpc_gateway/."""

import base64
import json

RANGE = "/v3/kv/range"  # of any member, on its client port; POST
DELETE = "/v3/kv/deleterange"  # as RANGE


def asked(key: str) -> str:
    """The body of RANGE; a majority must confirm the answer."""
    return json.dumps({"key": _encoded(key)})


def read(body: bytes) -> bytes:
    """The value in the answer of RANGE. Raises ValueError where the key is not there."""
    found = json.loads(body).get("kvs") or []
    if not found:
        raise ValueError("no such key")
    return base64.b64decode(found[0].get("value", ""))


def deleted(key: str) -> str:
    """The body of DELETE; one that is not there is no error."""
    return json.dumps({"key": _encoded(key)})


def _encoded(key: str) -> str:
    return base64.b64encode(key.encode()).decode()
