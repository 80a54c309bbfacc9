"""Messages in the format of the AWS Encryption SDK: its own client opens ours, and nothing else does."""

import base64
import struct

import aws_encryption_sdk
import pytest
from aws_encryption_sdk.identifiers import CommitmentPolicy, EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.internal.crypto.wrapping_keys import WrappingKey
from aws_encryption_sdk.key_providers.raw import RawMasterKeyProvider
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from poolhouse.crypto import encryption_sdk
from poolhouse.ports import DataKey

WRAPPING = bytes(range(32))
BOUND = {"userpool-id": "us-east-1_Aa1Bb2Cc3"}
MESSAGE_ID = bytes(range(100, 132))
NONCE = bytes(12)
INFO = b"sender" + struct.pack(">II", 128, 12) + NONCE


class Provider(RawMasterKeyProvider):
    """A raw AES key, as functions use it."""

    provider_id = "poolhouse"

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.key = WRAPPING

    def _get_raw_key(self, key_id):
        algorithm = WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING
        return WrappingKey(algorithm, self.key, EncryptionKeyType.SYMMETRIC)


def data_key(bound=BOUND):
    key = bytes(range(50, 82))
    wrapped = AESGCM(WRAPPING).encrypt(NONCE, key, encryption_sdk.context_bytes(bound))
    return DataKey(key, wrapped, b"poolhouse", INFO)


def encrypted(text=b"482915", bound=BOUND):
    return encryption_sdk.encrypt(text, data_key(bound), bound, MESSAGE_ID)


def unwrap(info, wrapped, context):
    return AESGCM(WRAPPING).decrypt(info[-12:], wrapped, context)


def opened_by_amazon(message, policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT):
    provider = Provider()
    provider.add_master_key(b"sender")
    client = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=policy)
    return client.decrypt(source=message, key_provider=provider)


@pytest.mark.parametrize("policy", list(CommitmentPolicy))
def test_the_client_of_amazon_opens_it_under_every_policy(policy):
    text, header = opened_by_amazon(encrypted(), policy)

    assert text == b"482915"
    assert header.encryption_context == BOUND


@pytest.mark.parametrize("text", [b"", b"1", "Yew-Lärk-81!&lt;".encode(), bytes(4_096)])
@pytest.mark.parametrize("bound", [BOUND, {}, {"b": "2", "a": "ä"}])
def test_whatever_fits_one_frame_is_opened_by_amazon_and_by_us(text, bound):
    message = encrypted(text, bound)

    assert opened_by_amazon(message)[0] == text
    assert encryption_sdk.decrypt(message, unwrap) == text


def test_what_does_not_fit_one_frame_is_refused():
    with pytest.raises(ValueError, match="4096"):
        encrypted(bytes(4_097))


def test_a_changed_byte_anywhere_is_noticed():
    message = encrypted()

    for place in range(len(message)):
        changed = bytearray(message)
        changed[place] ^= 1
        with pytest.raises(Exception):  # noqa: B017, PT011 - ours, or the cipher's for the wrapped key
            encryption_sdk.decrypt(bytes(changed), unwrap)

    with pytest.raises(ValueError, match="behind"):
        encryption_sdk.decrypt(message + b"\x00", unwrap)
    assert encryption_sdk.decrypt(message, unwrap) == b"482915"


def test_a_message_that_ends_early_is_refused():
    message = encrypted()

    for length in range(len(message)):
        with pytest.raises(ValueError, match="cut off"):
            encryption_sdk.decrypt(message[:length], unwrap)


def test_a_message_under_another_key_is_refused():
    with pytest.raises(ValueError, match="another key"):
        encryption_sdk.decrypt(encrypted(), lambda info, wrapped, context: bytes(32))
    with pytest.raises(ValueError, match="another key"):
        encryption_sdk.decrypt(encrypted(), lambda info, wrapped, context: None)


def test_the_code_is_nowhere_in_the_message_and_the_pool_is():
    message = encrypted()

    assert b"482915" not in message
    assert BOUND["userpool-id"].encode() in message
    assert base64.b64encode(message)
