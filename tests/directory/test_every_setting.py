"""Every setting that the model of AWS has is kept as given or refused: none is passed over in silence.

The settings are read from the model, so one that a new model brings is tried too.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import pytest

from poolhouse.directory import client_config, pool_config
from poolhouse.directory.client_oauth import Surroundings
from poolhouse.directory.pools import Pool, from_row
from poolhouse.errors import ApiError
from poolhouse.wire.operations import model

Path = tuple[str, ...]

_SHAPES = model("cognito-idp")["shapes"]
_ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"
_TEXTS = {
    "From": "a@example.com",
    "ReplyToEmailAddress": "a@example.com",
    "EmailVerificationSubject": "Welcome",
    "EmailSubject": "Welcome",
    "ReadAttributes": "email",
    "WriteAttributes": "email",
    "CallbackURLs": "https://app.example.com",
    "LogoutURLs": "https://app.example.com",
    "DefaultRedirectURI": "https://app.example.com",
    "AllowedOAuthScopes": "openid",
    "SupportedIdentityProviders": "COGNITO",
}
_TEXTS |= dict.fromkeys(_SHAPES["LambdaConfigType"]["members"], _ARN)
# What stands elsewhere in the answer: names, ids, tags, the schema, secrets. They have tests of their own.
_ELSEWHERE = {"PoolName", "UserPoolTags", "Schema", "UserPoolId", "ClientName", "ClientId", "ClientSecret"}
_ELSEWHERE |= {"GenerateSecret"}
# What a setting needs beside it, so that it is not refused for the lack of that.
_BESIDE: Mapping[str, Mapping[str, Any]] = {
    "EmailConfiguration": {"EmailConfiguration": {"SourceArn": _ARN}},
    "SmsConfiguration": {"SmsConfiguration": {"SnsCallerArn": _ARN}},
    "UserAttributeUpdateSettings": {"AutoVerifiedAttributes": ["email", "phone_number"]},
    "LambdaConfig": {"LambdaConfig": {"KMSKeyID": _ARN}},
    "TokenValidityUnits": {"IdTokenValidity": 1, "AccessTokenValidity": 1, "RefreshTokenValidity": 3_650},
    "DefaultRedirectURI": {"CallbackURLs": ["https://app.example.com"]},
    "AllowedOAuthFlowsUserPoolClient": {
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid"],
        "CallbackURLs": ["https://app.example.com"],
    },
    "RefreshTokenRotation": {
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
        "RefreshTokenRotation": {"Feature": "ENABLED"},
    },
}


def _values(shape_name: str, member: str) -> list[Any]:
    """Some values of a shape: each of an enum, both booleans, a small and the largest number, a text."""
    shape = _SHAPES[shape_name]
    if "enum" in shape:
        return list(shape["enum"])
    if shape["type"] == "boolean":
        return [True, False]
    if shape["type"] == "integer":
        return [shape["min"] + 1, shape["max"]]
    if shape["type"] == "string":
        return [_TEXTS.get(member) or (_ARN if "Arn" in member else "x {####} {username}")]
    if shape["type"] == "list":
        return [[value] for value in _values(shape["member"]["shape"], member)]
    if shape["type"] == "map":
        return [{"key": value} for value in _values(shape["value"]["shape"], member)]
    return [{name: _values(inner["shape"], name)[0] for name, inner in shape["members"].items()}]


def _settings(shape_name: str, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    for member, target in _SHAPES[shape_name]["members"].items():
        if not path and member in _ELSEWHERE:
            continue
        # A function with its version is one value: neither can be without the other.
        if _SHAPES[target["shape"]]["type"] == "structure" and "LambdaConfig" not in path:
            yield from _settings(target["shape"], (*path, member))
        else:
            yield from (((*path, member), value) for value in _values(target["shape"], member))


def _request(path: Path, value: Any) -> dict[str, Any]:
    request: Any = value
    for member in reversed(path):
        request = {member: request}
    beside = _BESIDE.get(path[0], {})
    return {
        **beside,
        **{
            name: {**beside.get(name, {}), **given} if name in beside else given
            for name, given in request.items()
        },
    }


def _at(config: Any, path: Path) -> Any:
    for member in path:
        config = config.get(member, {})
    return config


def _pool() -> Pool:
    config = msgspec.json.encode(pool_config.new_config({}))
    row = {"pool_id": "us-east-1_a", "name": "p", "version": 1, "config": config}
    return from_row(row | {"created_at": 0, "modified_at": 0}, {})


_AROUND = Surroundings(scopes=frozenset({"openid"}), providers=frozenset(), has_secret=True)
_KINDS = {
    "CreateUserPoolRequest": pool_config.new_config,
    "UpdateUserPoolRequest": lambda request: pool_config.replaced_config(pool_config.new_config({}), request),
    "CreateUserPoolClientRequest": lambda request: client_config.new_config(request, _pool(), _AROUND),
    "UpdateUserPoolClientRequest": lambda request: client_config.new_config(request, _pool(), _AROUND),
}


@pytest.mark.parametrize("kind", _KINDS)
def test_a_setting_is_kept_as_given_or_refused(kind: str) -> None:
    kept, refused, neither = 0, 0, []
    for path, value in _settings(kind):
        try:
            config = _KINDS[kind](_request(path, value))
        except ApiError:
            refused += 1
            continue
        kept += 1
        if _at(config, path) != value:
            neither.append((".".join(path), value, _at(config, path)))

    assert neither == []
    assert kept > 20
    assert refused > 10
