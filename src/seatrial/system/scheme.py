"""How a port is spoken to: its name says whether what listens there wants TLS."""

HTTPS = "https"


def scheme(port: str) -> str:
    """`https` for the port of that name, else `http`: whoever asks over HTTP asks here."""
    return HTTPS if port == HTTPS else "http"


def secure(port: str) -> bool:
    """Whether a port of that name is spoken to by TLS."""
    return scheme(port) == HTTPS
