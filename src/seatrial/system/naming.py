"""What secrets are called: the one list that all patterns for them are made of.

What a name of more words, or a value, tells besides is each pattern's own matter.
"""

# A name that holds one of these holds a secret.
WORDS = ("password", "passwd", "passphrase", "secret", "token", "credential")
# The same, with `key` behind it: a key alone may be of a table or of a map.
KEYS = (
    *("access", "account", "api", "app", "auth", "encryption", "jwt"),
    *("license", "master", "private", "signing", "webhook"),
)
