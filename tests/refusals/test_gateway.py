"""Refused: what the API gateway lets through to nobody. Each row is played against a function and a server:
neither is asked; then the twin is, and they are.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.authorizer import issuer
from tests.authorizer.issuer import CLIENT, ISSUER, NOW, OTHER, SIGN_IN, SUB, Issuer, access, identity, token
from tests.gateway.gateways import Door, Pairs, opened

from poolhouse.authorizer import Fetched
from poolhouse.crypto.revocation_feed import PATH, digest

TARGETS = {
    "function": 'kind = "lambda"\nfunction = "notes"\n',
    "server": 'kind = "http"\nurl = "http://127.0.0.1:9000/"\n',
}
FED = f"""
[[authorizers.fed.pools]]
issuer = "{ISSUER}"
client_ids = "any"
feed_key_variable = "FEED"
feed_tolerate = 60
"""
IDS = f"""
[authorizers.ids]
token_use = "id"
[[authorizers.ids.pools]]
issuer = "{ISSUER}"
client_ids = ["{CLIENT}"]
"""
BOUND = f"""
[authorizers.bound]
audience = ["https://api.example.com"]
[[authorizers.bound.pools]]
issuer = "{ISSUER}"
client_ids = "any"
"""
UNAUTHORIZED = (401, b'{"message":"Unauthorized"}')
FORBIDDEN = (403, b'{"message":"Forbidden"}')
UNREADABLE = (400, b'{"message":"Bad Request"}')
NOT_FOUND = (404, b'{"message":"Not Found"}')
UNAVAILABLE = (503, b'{"message":"Service Unavailable"}')
GOOD = access(scope="notes/read", **{"cognito:groups": ["readers"]})


@dataclass(frozen=True)
class Try:
    """One request: a bearer token, or header lines of its own. `arrange` changes the issuer before it."""

    token: str | None = None
    headers: Pairs = ()
    path: str = "/notes/7"
    method: str = "GET"
    body: bytes | None = None
    arrange: Callable[[Issuer], None] | None = None

    async def at(self, door: Door) -> Any:
        if self.arrange:
            self.arrange(door.issuer)
        return await door.ask(self.method, self.path, self.headers, self.body, token=self.token)


@dataclass(frozen=True)
class Refused:
    """A row: the answer, the request that gets it, and almost the same request that does not.

    route  lines of the route, beside its path and what answers
    """

    answer: tuple[int, bytes]
    refused: Try
    twin: Try = field(default_factory=lambda: Try(token(GOOD)))
    route: str = 'authorizer = "users"'
    challenge: str = ""  # what WWW-Authenticate has in it


def claims(
    answer: tuple[int, bytes] = UNAUTHORIZED, challenge: str = "invalid_token", **changes: Any
) -> Refused:
    """A token with other claims."""
    return Refused(answer, Try(token(GOOD | changes)), challenge=challenge)


def authorization(*values: str) -> Try:
    return Try(headers=[("authorization", value) for value in values])


def tampered(whole: str) -> str:
    """The same header and signature around other claims."""
    header, _, signature = whole.split(".")
    forged = json.dumps(GOOD | {"username": "root"}).encode()
    return f"{header}.{issuer.encoded(forged)}.{signature}"


def revoked(**lists: Any) -> Callable[[Issuer], None]:
    """The feed has these entries."""

    def arrange(keys: Issuer) -> None:
        page = {"cursor": "1", "more": False, "families": [], "users": [], "removed": []} | lists

        def answer(url: str, headers: Mapping[str, str]) -> Fetched:
            found = page if url.endswith(PATH) else {"keys": keys.keys}
            return Fetched(200, json.dumps(found).encode())

        keys.answer = answer

    return arrange


def away(keys: Issuer) -> None:
    keys.is_away = True


SCOPED = 'authorizer = "users"\nscopes = ["notes/read", "notes/admin"]'
EVERY = 'authorizer = "users"\nall_scopes = ["notes/read", "notes/write"]'
GROUPED = 'authorizer = "users"\ngroups = ["admins", "editors"]'
FEED = 'authorizer = "fed"'
EITHER = 'authorizer = "users"'
BOUND_TO = "https://api.example.com"

ROWS = {
    "no Authorization header": Refused(UNAUTHORIZED, Try(), challenge="Bearer"),
    "an empty one": Refused(UNAUTHORIZED, authorization("")),
    "a scheme without a token": Refused(UNAUTHORIZED, authorization("Bearer ")),
    "another scheme": Refused(
        UNAUTHORIZED, authorization(f"Basic {token(GOOD)}"), authorization(f"bearer {token(GOOD)}")
    ),
    "words": Refused(UNAUTHORIZED, authorization("Bearer let me in")),
    "a token without its signature": Refused(UNAUTHORIZED, authorization("Bearer " + token(GOOD)[:-342])),
    "a token that is cut off": Refused(
        UNAUTHORIZED, authorization(token(GOOD)[:-4]), authorization(token(GOOD))
    ),
    "the header twice": Refused(UNAUTHORIZED, authorization(*[f"Bearer {token(GOOD)}"] * 2)),
    "a token that nobody signed": Refused(
        UNAUTHORIZED, Try(issuer.signed(b'{"alg":"none"}', json.dumps(GOOD).encode()))
    ),
    "claims under another token's signature": Refused(
        UNAUTHORIZED, Try(tampered(token(GOOD))), challenge="The signature is not the issuer's."
    ),
    "a key that the issuer has not": Refused(UNAUTHORIZED, Try(token(GOOD, "stranger"))),
    "a key of that name, but another": Refused(
        UNAUTHORIZED, Try(token(GOOD, "stranger", kid=issuer.kid("first")))
    ),
    "HS256 with the public key": Refused(UNAUTHORIZED, Try(token(GOOD, alg="HS256"))),
    "an expired token": claims(exp=NOW - 6, challenge="The token has expired."),
    "a token of tomorrow": claims(iat=NOW + 86_400, challenge="not valid yet"),
    "a token that is not valid yet": claims(nbf=NOW + 60, challenge="not valid yet"),
    "another issuer": claims(iss=OTHER, challenge="another issuer"),
    "an issuer with a slash more": claims(iss=ISSUER + "/"),
    "another client": claims(client_id="57otherclient4j24pabc12345", challenge="another client"),
    "an ID token where access is wanted": Refused(
        UNAUTHORIZED, Try(token(identity())), challenge="The token is for another use."
    ),
    "an ID token with a claim that looks like the scope": Refused(
        UNAUTHORIZED, Try(token(identity(scope="notes/read"))), route=SCOPED
    ),
    "an access token where an ID token is wanted": Refused(
        UNAUTHORIZED, Try(token(GOOD)), Try(token(identity())), route='authorizer = "ids"'
    ),
    "a token of no use": claims(token_use="refresh"),
    "a token that is bound to another resource": claims(
        aud="https://other.example.com", challenge="audience"
    ),
    "a token that is bound to no resource": Refused(
        UNAUTHORIZED, Try(token(GOOD)), Try(token(GOOD | {"aud": BOUND_TO})), route='authorizer = "bound"'
    ),
    "none of the scopes": Refused(
        FORBIDDEN,
        Try(token(GOOD | {"scope": "openid notes/readers"})),
        Try(token(GOOD | {"scope": "openid notes/admin"})),
        SCOPED,
        'error="insufficient_scope"',
    ),
    "no scope at all": Refused(FORBIDDEN, Try(token(access(scope=None))), route=SCOPED),
    "one of two scopes": Refused(
        FORBIDDEN, Try(token(GOOD)), Try(token(GOOD | {"scope": "notes/write notes/read"})), EVERY
    ),
    "no group": Refused(
        FORBIDDEN, Try(token(access())), Try(token(access(**{"cognito:groups": ["editors"]}))), GROUPED
    ),
    "another group": Refused(
        FORBIDDEN, Try(token(GOOD)), Try(token(GOOD | {"cognito:groups": ["readers", "admins"]})), GROUPED
    ),
    "a sign-in that was revoked": Refused(
        UNAUTHORIZED,
        Try(token(GOOD), arrange=revoked(families=[(digest(SIGN_IN), NOW)])),
        Try(token(GOOD | {"origin_jti": "another"})),
        FEED,
        "The token has been revoked.",
    ),
    "a user who is gone": Refused(
        UNAUTHORIZED,
        Try(token(GOOD), arrange=revoked(removed=[(digest(SUB), NOW)])),
        Try(token(GOOD | {"sub": "somebody else"})),
        FEED,
    ),
    "a token whose key nobody can tell": Refused(
        UNAVAILABLE, Try(token(GOOD), arrange=away), Try(token(GOOD), path="/open/7"), EITHER
    ),
    "the token in the query": Refused(UNAUTHORIZED, Try(path=f"/notes/7?access_token={token(GOOD)}")),
    "the token in a cookie": Refused(UNAUTHORIZED, Try(headers=[("cookie", f"authorization={token(GOOD)}")])),
    "another method": Refused(UNAUTHORIZED, Try(method="DELETE"), Try(token(GOOD), method="DELETE")),
    "a way around by dots": Refused(UNREADABLE, Try(path="/open/../notes/7"), Try(path="/open/..notes/7")),
    "a way around by an encoded slash": Refused(
        UNREADABLE, Try(path="/open/..%2fnotes/7"), Try(path="/open/%2enotes/7")
    ),
    "a way around by two slashes": Refused(UNREADABLE, Try(path="//notes/7"), Try(path="/open/notes/7")),
    "a way around by matrix parameters": Refused(UNAUTHORIZED, Try(path="/notes;a=b/7")),
    "a way around by encoded letters": Refused(
        UNAUTHORIZED, Try(path="/%6Eotes/7"), Try(path="/open/%6Eotes")
    ),
    "a way around by a slash at the end": Refused(UNAUTHORIZED, Try(path="/notes/7/")),
    "a way around by encoding twice": Refused(
        UNREADABLE, Try(path="/open/%252e%252e/notes"), Try(path="/open/100%25")
    ),
    "TRACE, which would show the token": Refused(
        NOT_FOUND, Try(token(GOOD), method="TRACE"), Try(token(GOOD), method="OPTIONS")
    ),
    "a path of no route": Refused(NOT_FOUND, Try(token(GOOD), path="/notes")),
    "the header twice, where everybody may": Refused(
        UNAUTHORIZED,
        Try(path="/open/7", headers=[("authorization", "Basic YTpi")] * 2),
        Try(path="/open/7", headers=[("authorization", "Basic YTpi")]),
    ),
    "a body over the limit": Refused(
        (413, b'{"message":"Request Entity Too Large"}'),
        Try(token(GOOD), method="PUT", body=b"elevenbytes"),
        Try(token(GOOD), method="PUT", body=b"ten bytes."),
        EITHER + "\nbody_limit = 10",
    ),
    "a large body without a token": Refused(UNAUTHORIZED, Try(method="PUT", body=b"elevenbytes")),
    "a header over the limit": Refused(
        (431, b'{"message":"Request Header Fields Too Large"}'),
        Try(token(GOOD), headers=[("x-a", "a" * 40_000)]),
        Try(token(GOOD), headers=[("x-a", "a" * 4_000)]),
    ),
}


def door_of(row: Refused, target: str) -> Door:
    answers = TARGETS[target]
    routes = f"""
[[routes]]
path = "/notes/{{id}}"
{row.route}
{answers}
[[routes]]
path = "/open/{{proxy+}}"
authorizer = "none"
{answers}
"""
    door = opened(routes + FED + IDS + BOUND, {"FEED": "key"})
    door.functions["notes"] = lambda event: {"statusCode": 200, "body": "in"}
    return door


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
async def test_refused(row: Refused, target: str, count: Callable[[str, object], None]) -> None:
    door = door_of(row, target)

    got = await row.refused.at(door)

    assert (got.status, got.body) == row.answer
    assert not door.touched, "who answers was asked all the same"
    assert row.challenge in got.header("www-authenticate")
    assert bool(got.header("www-authenticate")) == (got.status in (401, 403))
    count("refused", 1)

    passed = await row.twin.at(door)

    assert passed.status == 200
    assert len(door.functions.fired) + len(door.upstreams.asked) == 1
    count("twins", 1)
