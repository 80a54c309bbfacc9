"""Whether a request bears a good signature of the operator, as botocore computes it."""

import hashlib
from collections.abc import Mapping

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


def is_signed(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    key: tuple[str, str],
    service: str = "s3",
    region: str = "us-east-1",
) -> bool:
    """url  with its host as the Host header has it; names of headers are in lower case"""
    algorithm, _, fields = headers["authorization"].partition(" ")
    parts = dict(part.split("=", 1) for part in fields.split(", "))
    stamp = headers["x-amz-date"]
    scope = f"{key[0]}/{stamp[:8]}/{region}/{service}/aws4_request"
    if algorithm != "AWS4-HMAC-SHA256" or parts["Credential"] != scope:
        return False
    said = headers.get("x-amz-content-sha256", "")
    if len(said) == 64 and said != hashlib.sha256(body).hexdigest():
        return False
    signer = botocore.auth.S3SigV4Auth if service == "s3" else botocore.auth.SigV4Auth
    named = {name: headers[name] for name in parts["SignedHeaders"].split(";")}
    request = AWSRequest(method=method, url=url, headers=named, data=body)
    request.context["timestamp"] = stamp
    auth = signer(Credentials(*key, headers.get("x-amz-security-token")), service, region)
    text = auth.string_to_sign(request, auth.canonical_request(request))
    return bool(auth.signature(text, request) == parts["Signature"])
