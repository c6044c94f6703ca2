"""HTTP requests to workloads, and what is said when nobody answers."""

import httpx

from seatrial.contract.runtime import Answer, Headers, RuntimeFailure

_SECONDS = 3.0
# An order is waited for longer: it may be carried out although nobody read the answer, and there is
# no second one. Whoever looks, or changes a setting, does it again.
_ORDERED = 20.0
_AGAIN = frozenset({"GET", "HEAD", "PATCH"})


def client(address: str | None = None) -> httpx.Client:
    """What sends them, past any proxy of the machine's; from that address of this machine."""
    # a certificate is for the name that users know, and this asks by address
    transport = httpx.HTTPTransport(verify=False, local_address=address)
    return httpx.Client(timeout=_SECONDS, trust_env=False, transport=transport)


def ask(
    client: httpx.Client, workload: str, *, method: str, url: str, body: str, headers: Headers
) -> Answer:
    """Send it; a body is JSON. Raises RuntimeFailure when there is no answer."""
    told = {**({"content-type": "application/json"} if body else {}), **dict(headers)}
    patience = httpx.Timeout(_SECONDS, read=_SECONDS if method in _AGAIN else _ORDERED)
    try:
        answer = client.request(method, url, content=body or None, headers=told, timeout=patience)
    except httpx.HTTPError as error:
        raise RuntimeFailure(
            f"{workload} does not answer ({error.__class__.__name__})",
            f"run `seatrial status --logs {workload}`",
        ) from error
    return Answer(status=answer.status_code, body=answer.content)
