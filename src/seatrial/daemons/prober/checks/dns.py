"""Whether a name leads where it should, asked of a given server or of the machine's."""

from __future__ import annotations

import dns.asyncquery
import dns.exception
import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver

from seatrial.daemons.prober.checks.model import OK, Check, Seen, address, failed
from seatrial.daemons.prober.checks.reasons import Reason

_PORT = 53


async def ask(check: Check, target: str) -> Seen:
    """Ask once by UDP, and by TCP where the answer is cut short."""
    host, port = address(check.server) if check.server else (_machines(), _PORT)
    if not host:
        return failed(Reason.UNKNOWN, "this machine names no DNS server; name one in `server`")
    asked = dns.message.make_query(target, check.record)
    try:
        answer, _ = await dns.asyncquery.udp_with_fallback(
            asked, host, port=port, timeout=check.timeout_s
        )
    except dns.exception.Timeout as error:
        return failed(Reason.TIMEOUT, error)
    except dns.exception.DNSException as error:
        return failed(Reason.PROTOCOL, error)
    return judge(check, answer)


def judge(check: Check, answer: dns.message.Message) -> Seen:
    """Compare an answer with what is expected: without `answers`, that there are any."""
    if answer.rcode() != dns.rcode.NOERROR:
        return failed(Reason.STATUS, f"the answer is {dns.rcode.to_text(answer.rcode())}")
    kind = dns.rdatatype.from_text(check.record)
    found = {
        item.to_text().rstrip(".").lower()
        for each in answer.answer
        if each.rdtype == kind
        for item in each
    }
    wanted = {each.rstrip(".").lower() for each in check.answers}
    if not found:
        return failed(Reason.CONTENT, f"there is no {check.record}")
    if wanted and found != wanted:
        told = f"{', '.join(sorted(found))}; {', '.join(sorted(wanted))} was expected"
        return failed(Reason.CONTENT, f"{check.record} is {told}")
    return OK


def _machines() -> str:
    try:
        servers = dns.resolver.Resolver().nameservers
    except dns.resolver.NoResolverConfiguration:
        return ""
    return next((each for each in servers if isinstance(each, str)), "")
