"""Another STS mints in our place: it trusts our OpenID tokens itself (docs/roles.md, setting `sts_upstream`).

Its AssumeRoleWithWebIdentity is asked in the query protocol, as AWS, SeaweedFS, MinIO and Ceph have it. What
comes back is read by name, whatever its namespace, for not all of them have AWS's.
"""

from collections.abc import Mapping
from urllib.parse import urlencode

from lxml import etree

from poolhouse.context import Env
from poolhouse.errors import FetchFailed, UpstreamStsAway, UpstreamStsRefused
from poolhouse.federation.saml import xml
from poolhouse.ports import Fetched, Instant
from poolhouse.tokens.credentials import Credentials

_SECONDS = 5.0
_MOST = 100_000  # bytes
_LONGEST = 16_384  # characters of one member
_VERSION = "2011-06-15"
_SERVER_FAULT = 500
_BUSY = ("Throttling", "RequestLimitExceeded", "SlowDown", "ServiceUnavailable", "IDPCommunicationError")
_FORM = {"content-type": "application/x-www-form-urlencoded", "accept": "text/xml"}


async def credentials(
    env: Env, token: str, role_arn: str, session_name: str, seconds: int, policy: str = ""
) -> Credentials:
    """What the STS at `sts_upstream` gives for our OpenID token.

    policy  a session policy, which bounds what the role allows; empty: none
    Raises `UpstreamStsAway` where it gives no answer, or none that an STS gives, and `UpstreamStsRefused`
    where it says no: it does not trust our issuer, or its role does not trust the identity pool.
    """
    form = {
        "Action": "AssumeRoleWithWebIdentity",
        "Version": _VERSION,
        "RoleArn": role_arn,
        "RoleSessionName": session_name,
        "WebIdentityToken": token,
        "DurationSeconds": str(seconds),
        **({"Policy": policy} if policy else {}),
    }
    answer = await _asked(env, urlencode(form).encode())
    found = _texts(answer.body)
    if answer.status >= _SERVER_FAULT or found.get("Code") in _BUSY:
        raise UpstreamStsAway
    if answer.status != 200:
        raise UpstreamStsRefused
    return _read(found, env.clock.now())


async def _asked(env: Env, body: bytes) -> Fetched:
    if env.fetch is None or not env.settings.sts_upstream:
        raise UpstreamStsAway
    try:
        return await env.fetch.send(
            "POST", env.settings.sts_upstream, _FORM, body, seconds=_SECONDS, most=_MOST
        )
    except FetchFailed as failed:
        raise UpstreamStsAway from failed


def _texts(body: bytes) -> Mapping[str, str]:
    """The texts of an answer by the name of their element; of a name that comes twice, the first.

    Empty for what is no XML.
    """
    try:
        root = xml.parse(body)
    except (ValueError, etree.LxmlError):
        return {}
    found: dict[str, str] = {}
    for element in root.iter(etree.Element):
        if len(element) == 0:
            found.setdefault(etree.QName(element).localname, xml.text_of(element))
    return found


def _read(found: Mapping[str, str], now: Instant) -> Credentials:
    """Credentials that end before they began, or that lack a part, are none."""
    try:
        made = Credentials(
            found["AccessKeyId"],
            found["SecretAccessKey"],
            found["SessionToken"],
            xml.instant(found["Expiration"]),
        )
    except (KeyError, ValueError):
        raise UpstreamStsAway from None
    texts = (made.access_key_id, made.secret_access_key, made.session_token)
    if not all(text and len(text) <= _LONGEST for text in texts) or made.expiration <= now:
        raise UpstreamStsAway
    return made
