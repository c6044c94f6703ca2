"""Values of a daemon's command line, checked before anything starts."""

from __future__ import annotations

import argparse
import ipaddress
import urllib.parse

HIGHEST_PORT = 65535


def host(text: str) -> str:
    """An IP address to bind. A name could resolve to more than was meant, so none is taken."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        message = f"{text!r} is not an IP address; give one such as 127.0.0.1"
        raise argparse.ArgumentTypeError(message) from None


def port(text: str) -> int:
    """A TCP port; 0 lets the kernel choose one, which the log then names."""
    if not text.isascii() or not text.isdigit() or int(text) > HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; give 0 to {HIGHEST_PORT}")
    return int(text)


def seconds(text: str) -> float:
    """A positive, finite time span in seconds."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a time span; give seconds above 0")
    return value


def url(text: str) -> str:
    """An absolute http or https URL."""
    parts = urllib.parse.urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise argparse.ArgumentTypeError(f"{text!r} is not an http(s) URL with a host")
    return text


def endpoint(text: str) -> tuple[str, int]:
    """HOST:PORT of a server to talk to."""
    name, colon, number = text.rpartition(":")
    if not colon or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT")
    return name.strip("[]"), port(number)
