"""How a key is taken back: https://etcd.io/docs/v3.4/dev-guide/api_grpc_gateway/."""

import base64
import json

DELETE = "/v3/kv/deleterange"  # of any member, on its client port; POST


def deleted(key: str) -> str:
    """The body of DELETE; one that is not there is no error."""
    return json.dumps({"key": base64.b64encode(key.encode()).decode()})
