"""DSSE envelopes: what is signed, and that nothing of it differs unseen."""

from __future__ import annotations

import base64
import json

import pytest

from seatrial.evidence import dsse
from seatrial.evidence.canonical import canonical
from seatrial.evidence.failure import EvidenceFailure
from seatrial.evidence.keys import SigningKey

PAYLOAD = b'{"a":"\\u00e9"}'


def test_what_is_signed_is_the_pre_authentication_encoding() -> None:
    # the specification's own example: https://github.com/secure-systems-lab/dsse (protocol.md)
    expected = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    assert dsse.encoding("http://example.com/HelloWorld", b"hello world") == expected
    # lengths are of bytes, not of characters
    assert dsse.encoding("\u00e9", b"") == b"DSSEv1 2 \xc3\xa9 0 "


def test_an_envelope_has_the_fields_of_dsse(key: SigningKey) -> None:
    envelope = dsse.sign(PAYLOAD, key)
    document = json.loads(envelope.text)
    assert set(document) == {"payload", "payloadType", "signatures"}
    assert document["payloadType"] == "application/vnd.in-toto+json"
    assert base64.b64decode(document["payload"]) == PAYLOAD
    (signature,) = document["signatures"]
    assert signature["keyid"] == key.public.id
    assert len(base64.b64decode(signature["sig"])) == 64
    assert dsse.read(envelope.text) == envelope
    dsse.check(envelope, key.public)


def test_the_signature_is_checkable_without_seatrial(key: SigningKey) -> None:
    envelope = dsse.sign(PAYLOAD, key)
    signed = b"DSSEv1 28 application/vnd.in-toto+json %d %s" % (len(PAYLOAD), PAYLOAD)
    key.public.key.verify(envelope.signature, signed)


def test_every_changed_byte_of_an_envelope_is_found(key: SigningKey) -> None:
    text = dsse.sign(PAYLOAD, key).text
    for place in range(len(text)):
        for change in (0x01, 0x20, 0x80):
            changed = bytearray(text)
            changed[place] ^= change
            with pytest.raises(EvidenceFailure):
                dsse.check(dsse.read(bytes(changed)), key.public)


def test_every_missing_or_added_byte_is_found(key: SigningKey) -> None:
    text = dsse.sign(PAYLOAD, key).text
    for place in range(len(text)):
        for changed in (text[:place] + text[place + 1 :], text[:place] + b" " + text[place:]):
            with pytest.raises(EvidenceFailure):
                dsse.check(dsse.read(changed), key.public)
    with pytest.raises(EvidenceFailure):
        dsse.read(text + b"\n")


def test_another_key_is_named_and_refused(key: SigningKey, stranger: SigningKey) -> None:
    envelope = dsse.sign(PAYLOAD, stranger)
    with pytest.raises(EvidenceFailure) as caught:
        dsse.check(envelope, key.public)
    assert stranger.public.id[:16] in caught.value.summary
    assert key.public.id[:16] in caught.value.summary


def test_a_borrowed_key_id_does_not_help(key: SigningKey, stranger: SigningKey) -> None:
    forged = dsse.sign(PAYLOAD, stranger)
    document = json.loads(forged.text)
    document["signatures"][0]["keyid"] = key.public.id
    with pytest.raises(EvidenceFailure, match="does not fit"):
        dsse.check(dsse.read(canonical(document)), key.public)


@pytest.mark.parametrize(
    "change",
    [
        {"signatures": []},
        {"signatures": [{"keyid": "", "sig": ""}] * 2},
        {"signatures": "none"},
        {"signatures": [{"keyid": 1, "sig": ""}]},
        {"payload": "not base64!"},
        {"payload": 7},
        {"payload": "YQ"},
        {"payloadType": "\u00e9"},
        {"payloadType": None},
        {"extra": 1},
    ],
)
def test_what_is_no_envelope_with_one_signature_is_refused(
    key: SigningKey, change: dict[str, object]
) -> None:
    document = json.loads(dsse.sign(PAYLOAD, key).text) | change
    with pytest.raises(EvidenceFailure):
        dsse.read(canonical(document))


@pytest.mark.parametrize("text", [b"[]", b"{}", b'"text"', b"null", b"17", b"not json"])
def test_json_that_is_no_envelope_is_refused(text: bytes) -> None:
    with pytest.raises(EvidenceFailure):
        dsse.read(text)
