"""Whether a page is what it should be: its status, a text in it."""

from __future__ import annotations

import aiohttp

from seatrial.daemons.prober.checks.model import OK, Check, Seen, failed
from seatrial.daemons.prober.checks.reasons import Reason, of_error
from seatrial.daemons.prober.checks.trust import trusting

_BODY = 1024 * 1024  # bytes in which the expected text must come


async def ask(session: aiohttp.ClientSession, check: Check, target: str) -> Seen:
    """GET it once, without following where it leads."""
    try:
        async with session.get(
            target,
            headers={"Host": check.host} if check.host else {},
            allow_redirects=False,
            ssl=trusting(verify=check.verify),
            server_hostname=check.host or None,
        ) as response:
            if response.status not in check.status:
                wanted = " or ".join(str(each) for each in sorted(check.status))
                return failed(Reason.STATUS, f"status {response.status}, {wanted} was expected")
            if check.contains and check.contains.encode() not in await _body(response):
                return failed(Reason.CONTENT, f"the body does not contain {check.contains!r}")
            return OK
    except aiohttp.ClientConnectorCertificateError as error:
        return failed(of_error(error.certificate_error), error.certificate_error)
    except aiohttp.ClientConnectorError as error:
        return failed(of_error(error.os_error), error.os_error)
    except aiohttp.ServerDisconnectedError as error:
        return failed(Reason.CLOSED, error)


async def _body(response: aiohttp.ClientResponse) -> bytes:
    found = bytearray()
    async for part in response.content.iter_chunked(64 * 1024):
        found += part
        if len(found) > _BODY:
            break
    return bytes(found)
