"""AWS KMS: signed as botocore would, in the Region of the key; and Amazon's client opens what it encrypts."""

import base64
import json

import aws_encryption_sdk
import botocore.session
import pytest
from tests.drivers.aws_services import ACCESS_KEY_ID, SECRET, RunningService, Service

from poolhouse.crypto import encryption_sdk
from poolhouse.drivers.clock_rng import SystemClock
from poolhouse.drivers.kms import KmsDataKeys
from poolhouse.errors import DeliveryFailed
from poolhouse.wire import sigv4
from poolhouse.wire.sigv4 import Credentials

REGION = "eu-north-1"
KEY = f"arn:aws:kms:{REGION}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
BOUND = {"userpool-id": "us-east-1_Aa1Bb2Cc3"}
PLAINTEXT = bytes(range(32))
WRAPPED = b"wrapped by the stand-in"


def answer(**changes):
    usual = {
        "Plaintext": base64.b64encode(PLAINTEXT).decode(),
        "CiphertextBlob": base64.b64encode(WRAPPED).decode(),
        "KeyId": KEY,
    }
    return json.dumps(usual | changes).encode()


@pytest.fixture
def kms():
    with RunningService(Service("kms", REGION, answer=answer())) as service:
        yield service


@pytest.fixture
async def keys(kms):
    made = KmsDataKeys(sign_in(SECRET), endpoint_url=kms.url)
    yield made
    await made.close()


def sign_in(secret):
    return sigv4.signer_of_posts(Credentials(ACCESS_KEY_ID, secret), "kms", SystemClock().now)


async def test_a_key_is_asked_for_with_the_pool_as_encryption_context(kms, keys):
    key = await keys.generate(KEY, BOUND)

    ((path, headers, body),) = kms.calls
    assert (path, headers["x-amz-target"]) == ("/", "TrentService.GenerateDataKey")
    assert json.loads(body) == {"KeyId": KEY, "KeySpec": "AES_256", "EncryptionContext": BOUND}
    assert (key.plaintext, key.wrapped) == (PLAINTEXT, WRAPPED)
    assert (key.provider, key.info) == (b"aws-kms", KEY.encode())


async def test_the_client_of_amazon_opens_what_was_encrypted_under_it(kms, keys, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", kms.url)
    key = await keys.generate(KEY, BOUND)
    message = encryption_sdk.encrypt(b"482915", key, BOUND, bytes(32))

    session = botocore.session.Session()
    session.set_credentials(ACCESS_KEY_ID, SECRET)
    session.set_config_variable("region", REGION)
    provider = aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=[KEY], botocore_session=session)
    text, header = aws_encryption_sdk.EncryptionSDKClient().decrypt(source=message, key_provider=provider)

    assert text == b"482915"
    assert header.encryption_context == BOUND
    decrypt = json.loads(kms.calls[-1][2])
    assert kms.calls[-1][1]["x-amz-target"] == "TrentService.Decrypt"
    assert decrypt["EncryptionContext"] == BOUND
    assert base64.b64decode(decrypt["CiphertextBlob"]) == WRAPPED


async def test_a_wrong_secret_is_refused_by_the_service(kms):
    keys = KmsDataKeys(sign_in("another"), endpoint_url=kms.url)

    with pytest.raises(DeliveryFailed, match="AWS KMS answered 403"):
        await keys.generate(KEY, BOUND)

    assert kms.calls == []
    await keys.close()


async def test_a_refusal_is_told_by_its_name_and_without_its_sentence(kms, keys):
    kms.status = 400
    kms.answer = b'{"__type": "com.amazonaws#AccessDeniedException", "message": "secret things"}'

    with pytest.raises(DeliveryFailed) as refused:
        await keys.generate(KEY, BOUND)

    assert str(refused.value) == "AWS KMS answered 400 (AccessDeniedException)."


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        answer(Plaintext="AAAA"),
        answer(Plaintext=None),
        answer(CiphertextBlob="%"),
        answer(KeyId=7),
    ],
)
async def test_an_answer_that_is_no_key_is_none(kms, keys, content):
    kms.answer = content

    with pytest.raises(DeliveryFailed, match="something else than a key"):
        await keys.generate(KEY, BOUND)


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "arn:aws:lambda:eu-north-1:111122223333:function:f",
        "arn:aws:kms:evil.example/:111122223333:key/1",
        "arn:aws:kms::111122223333:key/1",
    ],
)
async def test_a_key_that_is_not_one_of_kms_makes_no_call(kms, keys, arn):
    with pytest.raises(DeliveryFailed, match="not the ARN of a key"):
        await keys.generate(arn, BOUND)

    assert kms.calls == []


def test_without_another_address_the_calls_go_to_amazon_in_the_region_of_the_key():
    keys = KmsDataKeys(sign_in(SECRET))

    assert keys._endpoint("aws", "eu-north-1")._url == "https://kms.eu-north-1.amazonaws.com"
    assert keys._endpoint("aws-cn", "cn-north-1")._url == "https://kms.cn-north-1.amazonaws.com.cn"
