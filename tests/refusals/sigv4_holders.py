"""Requests that are whole, and of the wrong one, at the wrong time, or for the wrong thing."""

from tests.authorizer.signing import (
    IDENTITY,
    LASTING_SECRET,
    NOW,
    OTHER_KEY,
    OWN,
    ROLE,
    TEMPORARY_ID,
    TEMPORARY_SECRET,
    bundle,
    signed,
    token,
)
from tests.refusals.sigv4_requests import (
    HOME,
    LASTING,
    NO_TLS,
    READ_ONLY,
    Case,
    authorization,
    copy,
    forged,
    get,
    put,
    role,
    url,
)

from poolhouse.authorizer import sigv4
from poolhouse.ports import MINUTE, SECOND

SCOPES = [
    Case(
        "another host that shows what it was sent",
        sigv4.ForeignScope,
        lambda: get(host="evil.example.com"),
        lambda: get(host="s3.example.com"),
        {"hosts": "S3.example.com"},
    ),
    Case("another Region", sigv4.ForeignScope, lambda: get(region="eu-central-1"), get),
    Case("another service", sigv4.ForeignScope, lambda: get(service="sts"), get),
    Case(
        "another day in the scope",
        sigv4.ForeignScope,
        lambda: authorization(get(), "/20260101/", "/20260102/"),
        get,
    ),
    Case(
        "five minutes and a second ago",
        sigv4.OutOfTime,
        lambda: get(at=NOW - 5 * MINUTE - SECOND),
        lambda: get(at=NOW - 5 * MINUTE),
    ),
    Case(
        "five minutes and a second ahead",
        sigv4.OutOfTime,
        lambda: get(at=NOW + 5 * MINUTE + SECOND),
        lambda: get(at=NOW + 5 * MINUTE),
    ),
    Case(
        "an address that has expired",
        sigv4.UrlExpired,
        lambda: url(at=NOW - 901 * SECOND),
        lambda: url(at=NOW - 900 * SECOND),
    ),
    Case(
        "an address for more than a week",
        sigv4.MalformedSignature,
        lambda: url(expires=604_801),
        lambda: url(expires=604_800),
    ),
]

TOKENS = [
    Case(
        "a key that is not known",
        sigv4.UnknownKey,
        lambda: get(key=("AKIAOTHER", LASTING_SECRET)),
        lambda: get(key=LASTING),
    ),
    Case("a temporary key without its token", sigv4.UnknownKey, lambda: get(session_token=None), get),
    Case("an address without its token", sigv4.UnknownKey, lambda: url(session_token=None), url),
    Case(
        "a token of another house",
        sigv4.BadToken,
        lambda: get(session_token=token(OTHER_KEY)),
        lambda: get(session_token=token()),
    ),
    Case(
        "a token of another access key",
        sigv4.BadToken,
        lambda: get(session_token=token(access_key_id="ASIAOTHER")),
        lambda: get(session_token=token(access_key_id=TEMPORARY_ID)),
    ),
    Case(
        "a lasting key with a token",
        sigv4.BadToken,
        lambda: get(key=LASTING, session_token=token()),
        lambda: get(key=LASTING),
    ),
    Case("a token that was cut", sigv4.BadToken, lambda: get(session_token=token()[:-1]), get),
    Case("a token that is none", sigv4.BadToken, lambda: get(session_token="abc"), get),
    Case("a token that says something else", sigv4.BadToken, lambda: get(session_token=forged()), get),
    Case(
        "a token whose secret is another's",
        sigv4.WrongSignature,
        lambda: get(session_token=token(secret=LASTING_SECRET)),
        lambda: get(session_token=token(secret=TEMPORARY_SECRET)),
    ),
    Case(
        "a session that has ended",
        sigv4.ExpiredToken,
        lambda: get(session_token=token(expires_at=NOW)),
        lambda: get(session_token=token(expires_at=NOW + SECOND)),
    ),
    Case(
        "a session that was revoked",
        sigv4.ExpiredToken,
        lambda: get(),
        lambda: get(session_token=token(issued_at=NOW)),
        {"document": bundle(revoked={("identity", IDENTITY): NOW})},
    ),
    Case(
        "a role that was made anew",
        sigv4.ExpiredToken,
        lambda: get(session_token=token(principal_id="AROAOTHER")),
        lambda: get(session_token=token(principal_id=ROLE.role_id)),
    ),
]

POLICIES = [
    Case("another one's prefix", sigv4.Denied, lambda: get("/photos/private/other/cat.png"), get),
    Case("another bucket", sigv4.Denied, lambda: get(OWN.replace("photos", "videos") + "/a"), get),
    Case(
        "an action that is not granted",
        sigv4.Denied,
        lambda: signed("DELETE", f"{OWN}/a"),
        lambda: signed("PUT", f"{OWN}/a"),
    ),
    Case(
        "the list of everything",
        sigv4.Denied,
        lambda: get("/photos"),
        lambda: get(f"/photos?prefix=private%2F{IDENTITY.replace(':', '%3A')}%2Fa"),
    ),
    Case(
        "an explicit deny",
        sigv4.Denied,
        lambda: get(f"/photos?prefix=private%2F{IDENTITY.replace(':', '%3A')}%2Fthumbs"),
        lambda: get(f"/photos?prefix=private%2F{IDENTITY.replace(':', '%3A')}%2Fa"),
    ),
    Case(
        "a session policy",
        sigv4.Denied,
        lambda: put(session_token=token(policies=(READ_ONLY,))),
        lambda: get(session_token=token(policies=(READ_ONLY,))),
    ),
    Case(
        "a copy of another one's",
        sigv4.Denied,
        lambda: copy("photos/private/other/a"),
        lambda: copy(OWN[1:] + "/a"),
    ),
    Case(
        "a public object",
        sigv4.Denied,
        lambda: signed("PUT", f"{OWN}/a", {"x-amz-acl": "public-read"}),
        lambda: signed("PUT", f"{OWN}/a", {"x-amz-storage-class": "GLACIER"}),
    ),
    Case("no TLS", sigv4.Denied, get, get, role(NO_TLS), {"secure": False}, {"secure": True}),
    Case(
        "another network",
        sigv4.Denied,
        get,
        get,
        role(HOME),
        {"address": "198.51.100.1"},
        {"address": "192.0.2.1"},
    ),
    Case(
        "a path out of one's own",
        sigv4.UnreadablePath,
        lambda: get(f"{OWN}/../other/a"),
        lambda: get(f"{OWN}/other/a"),
    ),
    Case(
        "an action nobody knows",
        sigv4.NotUnderstood,
        lambda: get("/photos?policy", key=LASTING),
        lambda: get("/photos?location", key=LASTING),
    ),
    Case(
        "an option nobody knows",
        sigv4.NotUnderstood,
        lambda: signed("PUT", f"{OWN}/a", {"x-amz-rename-source": "b"}),
        lambda: signed("PUT", f"{OWN}/a", {"x-amz-meta-a": "b"}),
    ),
]

HOLDERS = SCOPES + TOKENS + POLICIES
