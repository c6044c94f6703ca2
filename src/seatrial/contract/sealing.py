"""Secrets that are a key of age (X25519), and what others may know of it; and who is given what.

Both are made with the first: `NAME.identity` is the key that opens, `NAME.recipient` that to which
is sealed, which is no secret, but made and kept as one. A recovery key is made elsewhere, by
`seatrial key new`: here are those that only a rehearsal has.
"""

IDENTITY, RECIPIENT = ".identity", ".recipient"
# In the folder of a workload that seals: JSON of what it is given, and a file for each secret.
DESCRIBED, SECRETS = "described.json", "secrets"


def identity(name: str) -> str:
    """The secret with the key that opens."""
    return name + IDENTITY


def recipient(name: str) -> str:
    """The secret with that to which is sealed."""
    return name + RECIPIENT


def of_identity(secret: str) -> str:
    """The name whose key the secret is, or empty."""
    return secret.removesuffix(IDENTITY) if secret.endswith(IDENTITY) else ""


def of_recipient(secret: str) -> str:
    """The name to whose key the secret seals, or empty."""
    return secret.removesuffix(RECIPIENT) if secret.endswith(RECIPIENT) else ""


def is_sealed(secret: str) -> bool:
    """Whether a secret of the system is one that is sealed: a key that opens bundles is not."""
    return not (of_identity(secret) or of_recipient(secret))
