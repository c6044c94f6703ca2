import base64
import hashlib

import pytest
from api.auth import _key_of, digest, new_key
from fastapi import Request


def key_of(**headers: str) -> str | None:
    raw = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    return _key_of(Request({"type": "http", "headers": raw}))


def basic(text: bytes) -> str:
    return "Basic " + base64.b64encode(text).decode()


def test_new_keys_are_long_and_never_the_same() -> None:
    keys = {new_key() for _ in range(100)}
    assert len(keys) == 100
    assert all(key.startswith("wp_") and len(key) == 46 for key in keys)


def test_a_digest_is_sha256() -> None:
    assert digest("clé") == hashlib.sha256("clé".encode()).digest()


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ({}, None),
        ({"x_api_key": "k"}, "k"),
        ({"authorization": basic(b"user:k:with:colons")}, "k:with:colons"),
        ({"authorization": basic(b"user:k").replace("Basic", "bAsIc")}, "k"),
        ({"x_api_key": "first", "authorization": basic(b"user:second")}, "first"),
        # Given, but worth nothing: not to be taken for a guest, who gives none.
        ({"authorization": "Basic nonsense!"}, ""),
        ({"authorization": basic(b"\xff:k")}, ""),
        ({"authorization": basic(b"no colon")}, ""),
        ({"authorization": "Bearer k"}, None),
    ],
)
def test_where_a_key_is_looked_for(headers: dict[str, str], key: str | None) -> None:
    assert key_of(**headers) == key
