"""Keys for one message each from AWS KMS: GenerateDataKey."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from poolhouse.drivers.aws_endpoint import AwsEndpoint, SignIn
from poolhouse.errors import DeliveryFailed
from poolhouse.ports import DataKey

PROVIDER = b"aws-kms"  # how the AWS Encryption SDK calls it

_KEY_ARN = re.compile(
    r"arn:(aws[a-z-]*):kms:([a-z0-9-]{1,32}):[0-9]{12}:(?:key|alias)/[\w/-]{1,256}", re.ASCII
)
_NAME = re.compile(r"(?:[\w.]{1,64}#)?([A-Za-z]{1,64})", re.ASCII)
_SUFFIXES = {"aws-cn": "amazonaws.com.cn"}
_JSON = "application/x-amz-json-1.1"
_TARGET = (("x-amz-target", "TrentService.GenerateDataKey"),)
_KEY_BYTES = 32


class KmsDataKeys:
    """Asks KMS, in the Region of the key's ARN."""

    def __init__(self, sign: SignIn, *, endpoint_url: str = "") -> None:
        """sign  signs for the service `kms`, in the Region that it is told"""
        self._sign = sign
        self._endpoint_url = endpoint_url
        self._endpoints: dict[str, AwsEndpoint] = {}

    async def generate(self, key_arn: str, bound: Mapping[str, str]) -> DataKey:
        """Raises `DeliveryFailed` when KMS gives no key."""
        named = _KEY_ARN.fullmatch(key_arn)
        if named is None:
            raise DeliveryFailed("The pool's KMSKeyID is not the ARN of a key.")
        request = {"KeyId": key_arn, "KeySpec": "AES_256", "EncryptionContext": dict(bound)}
        endpoint = self._endpoint(named[1], named[2])
        answer = await endpoint.post("/", _JSON, json.dumps(request).encode(), _TARGET)
        if answer.status_code != 200:
            raise DeliveryFailed(f"AWS KMS answered {answer.status_code}{_reason(answer.content)}.")
        return _data_key(answer.content)

    async def close(self) -> None:
        for endpoint in self._endpoints.values():
            await endpoint.close()

    def _endpoint(self, partition: str, region: str) -> AwsEndpoint:
        if region not in self._endpoints:
            usual = f"https://kms.{region}.{_SUFFIXES.get(partition, 'amazonaws.com')}"
            url = self._endpoint_url or usual
            self._endpoints[region] = AwsEndpoint(url, partial(self._sign, region))
        return self._endpoints[region]


def _data_key(content: bytes) -> DataKey:
    try:
        found: dict[str, Any] = json.loads(content)
        plaintext = base64.b64decode(found["Plaintext"], validate=True)
        wrapped = base64.b64decode(found["CiphertextBlob"], validate=True)
        key = DataKey(plaintext, wrapped, PROVIDER, found["KeyId"].encode())
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error):
        raise DeliveryFailed("AWS KMS answered something else than a key.") from None
    if len(plaintext) != _KEY_BYTES:
        raise DeliveryFailed("AWS KMS answered something else than a key.")
    return key


def _reason(content: bytes) -> str:
    """The name of the error; KMS's sentences may hold more than the log should."""
    try:
        name = _NAME.fullmatch(json.loads(content).get("__type", ""))
    except (ValueError, AttributeError, TypeError):
        return ""
    return f" ({name[1]})" if name else ""
