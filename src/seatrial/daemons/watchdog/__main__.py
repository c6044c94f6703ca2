"""`python -m seatrial.daemons.watchdog`: guards the monitoring until SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import ssl
import sys
import time
from pathlib import Path

from seatrial.daemons.shared import arguments
from seatrial.daemons.shared.errors import StartError
from seatrial.daemons.shared.journal import Journal
from seatrial.daemons.shared.listening import address, listen
from seatrial.daemons.shared.log import Log
from seatrial.daemons.shared.process import main
from seatrial.daemons.shared.web import registry, serve
from seatrial.daemons.watchdog import channels, http
from seatrial.daemons.watchdog.decide import Limits
from seatrial.daemons.watchdog.guard import Clocks, Guard
from seatrial.daemons.watchdog.memory import recall
from seatrial.daemons.watchdog.outbox import Outbox

KEY_LENGTH = 32


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m seatrial.daemons.watchdog",
        description="Pages by itself when Prometheus or Alertmanager is dead.",
    )
    add = parser.add_argument
    add("--host", type=arguments.host, required=True, help="address to bind")
    add("--port", type=arguments.port, default=8080, help="HTTP port")
    add("--silence", type=arguments.seconds, default=40.0, help="s without a beat before a page")
    add("--arm", type=arguments.seconds, default=120.0, help="s without a first beat, likewise")
    add("--name", required=True, help="the system's name, written on every page")
    add("--team", default="platform", help="the team that owns the monitoring")
    add("--slack-url", type=arguments.url, help="Slack incoming webhook")
    add("--slack-url-file", type=Path, help="file that holds the Slack incoming webhook")
    add("--pagerduty-url", type=arguments.url, help="PagerDuty Events API v2, .../v2/enqueue")
    add("--pagerduty-key-file", type=Path, help="file that holds the 32 character routing key")
    add("--smtp", type=arguments.endpoint, metavar="HOST:PORT", help="mail server")
    add("--email", metavar="ADDRESS", help="who gets the mail")
    add("--email-from", metavar="ADDRESS", default="watchdog@seatrial.invalid", help="its sender")
    add("--smtp-tls", action="store_true", help="encrypt: STARTTLS, or TLS at once on port 465")
    add("--smtp-user", default="", help="user of the mail server; needs --smtp-tls")
    add("--smtp-password-file", type=Path, help="file that holds that user's password")
    add("--journal", type=Path, required=True, help="file that keeps open incidents and pages")
    options = parser.parse_args()
    if (options.pagerduty_url is None) != (options.pagerduty_key_file is None):
        parser.error("--pagerduty-url and --pagerduty-key-file go together")
    if (options.smtp is None) != (options.email is None):
        parser.error("--smtp and --email go together")
    if bool(options.smtp_user) != bool(options.smtp_password_file):
        parser.error("--smtp-user and --smtp-password-file go together")
    if options.smtp_user and not (options.smtp and options.smtp_tls):
        parser.error("--smtp-user needs --smtp and --smtp-tls: no password goes in the clear")
    slack = options.slack_url or options.slack_url_file
    if not (slack or options.pagerduty_url or options.smtp):
        parser.error("a watchdog without a channel cannot page: give Slack, PagerDuty or mail")
    return options


def _read(path: Path, what: str) -> str:
    try:
        return path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StartError(f"{path}: cannot be read: {error}; write {what} there") from error


def _read_url(path: Path) -> str:
    try:
        return arguments.url(_read(path, "the webhook"))
    except argparse.ArgumentTypeError:  # without the text: a webhook is a secret
        raise StartError(f"{path}: holds no http(s) URL; write the webhook there") from None


def _read_key(path: Path) -> str:
    key = _read(path, "the routing key")
    if len(key) != KEY_LENGTH:
        raise StartError(f"{path}: {len(key)} characters; a routing key has {KEY_LENGTH}")
    return key


def _mail_server(options: argparse.Namespace) -> channels.MailServer:
    host, port = options.smtp
    secret = options.smtp_password_file
    return channels.MailServer(
        host=host,
        port=port,
        tls=ssl.create_default_context() if options.smtp_tls else None,
        user=options.smtp_user,
        password=_read(secret, "the password") if secret else "",
    )


def _channels(options: argparse.Namespace) -> dict[str, channels.Send]:
    found: dict[str, channels.Send] = {}
    if options.slack_url or options.slack_url_file:
        url = options.slack_url or _read_url(options.slack_url_file)
        found["slack"] = channels.slack(url)
    if options.pagerduty_url:
        key = _read_key(options.pagerduty_key_file)
        found["pagerduty"] = channels.pagerduty(options.pagerduty_url, key)
    if options.smtp:
        found["email"] = channels.mail(
            _mail_server(options),
            sender=options.email_from,
            recipient=options.email,
        )
    return found


async def _start(options: argparse.Namespace, log: Log) -> None:
    listener = listen(options.host, options.port)
    metrics = registry()
    senders = _channels(options)
    journal = Journal(options.journal)
    memory = recall((record for _, record in journal.records()), senders)
    outbox = Outbox(
        channels=senders,
        journal=journal,
        log=log,
        sleep=asyncio.sleep,
        registry=metrics,
    )
    outbox.again(memory.unsent)
    guard = Guard(
        system=options.name,
        team=options.team,
        limits=Limits(silence=options.silence, arm=options.arm),
        memory=memory,
        outbox=outbox,
        journal=journal,
        log=log,
        clocks=Clocks(wall=time.time, steady=time.monotonic, sleep=asyncio.sleep),
        registry=metrics,
    )
    log.info("ready", http=address(listener), channels=sorted(senders), state=guard.status())
    await serve(http.application(guard, metrics), listener, outbox.run(), guard.run())
    journal.close()


if __name__ == "__main__":
    sys.exit(main("watchdog", _options(), _start))
