"""Secrets that are an authority for certificates, and what others may know of it.

Both are made with the first: `NAME.authority` is a key (PKCS #8) and the certificate that it signed
for itself, `NAME.certificate` that certificate alone, which is what a caller trusts. PEM, for ten
years. Any other secret is a word that is drawn.
"""

_AUTHORITY, _CERTIFICATE = ".authority", ".certificate"


def authority(name: str) -> str:
    """The secret with which certificates of `name` are signed."""
    return name + _AUTHORITY


def certificate(name: str) -> str:
    """The secret with what a caller of `name` trusts: it is none, but made and kept as one."""
    return name + _CERTIFICATE


def of_authority(secret: str) -> str:
    """The name whose authority the secret is, or empty."""
    return secret.removesuffix(_AUTHORITY) if secret.endswith(_AUTHORITY) else ""


def of_certificate(secret: str) -> str:
    """The name whose certificate the secret is, or empty."""
    return secret.removesuffix(_CERTIFICATE) if secret.endswith(_CERTIFICATE) else ""
