"""Credentials from another STS: what is sent to it, what is believed, and what is not."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from tests.web_server import WebServer
from tests.world import World, close_world, open_world

from poolhouse.drivers import fetch
from poolhouse.errors import UpstreamStsAway, UpstreamStsRefused
from poolhouse.federation import upstream_sts
from poolhouse.settings import Settings
from poolhouse.tokens.credentials import Credentials

XML = {"content-type": "text/xml"}
ROLE = "arn:aws:iam::role/photos"
GIVEN = """<AssumeRoleWithWebIdentityResponse{namespace}><AssumeRoleWithWebIdentityResult><Credentials>
  <AccessKeyId>{key}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>
  <SessionToken>token</SessionToken><Expiration>{end}</Expiration>
</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>"""
AWS = ' xmlns="https://sts.amazonaws.com/doc/2011-06-15/"'
LATER = "2099-01-01T00:00:00Z"


def given(namespace: str = AWS, key: str = "ASIAUPSTREAM", end: str = LATER) -> bytes:
    return GIVEN.format(namespace=namespace, key=key, end=end).encode()


def refusal(code: str) -> bytes:
    return (
        f"<ErrorResponse{AWS}><Error><Code>{code}</Code><Message>m</Message></Error></ErrorResponse>".encode()
    )


@pytest.fixture(scope="module")
def server() -> Iterator[WebServer]:
    with WebServer() as running:
        yield running


@pytest.fixture
async def world(tmp_path: Path, server: WebServer) -> AsyncIterator[World]:
    server.asked.clear()
    server.answers["/"] = (200, XML, given())
    guarded = fetch.opened(Settings(fetch_allowed_hosts=["127.0.0.1"]))
    made = await open_world(tmp_path, fetch=guarded, sts_upstream=server.url("/"))
    yield made
    await close_world(made)
    await guarded.close()


async def fetched(world: World) -> Credentials:
    return await upstream_sts.credentials(world.env, "the.open.id", ROLE, "CognitoIdentityCredentials", 3_600)


async def test_the_token_is_sent_and_the_credentials_come_back(world: World, server: WebServer) -> None:
    made = await fetched(world)

    assert (made.access_key_id, made.secret_access_key, made.session_token) == (
        "ASIAUPSTREAM",
        "secret",
        "token",
    )
    assert made.expiration > world.now
    (asked,) = server.asked
    assert asked.method == "POST"
    assert dict(parse_qsl(asked.body.decode())) == {
        "Action": "AssumeRoleWithWebIdentity",
        "Version": "2011-06-15",
        "RoleArn": ROLE,
        "RoleSessionName": "CognitoIdentityCredentials",
        "WebIdentityToken": "the.open.id",
        "DurationSeconds": "3600",
    }


@pytest.mark.parametrize("namespace", ["", ' xmlns="https://elsewhere.example/"'])
async def test_an_answer_in_another_namespace_is_read_too(
    world: World, server: WebServer, namespace: str
) -> None:
    server.answers["/"] = (200, XML, given(namespace))

    assert (await fetched(world)).access_key_id == "ASIAUPSTREAM"


@pytest.mark.parametrize(
    "code", ["AccessDenied", "InvalidIdentityToken", "ExpiredTokenException", "Whatever"]
)
async def test_a_no_is_the_fault_of_the_identity_pools_configuration(
    world: World, server: WebServer, code: str
) -> None:
    server.answers["/"] = (403, XML, refusal(code))

    with pytest.raises(UpstreamStsRefused):
        await fetched(world)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, refusal("InternalFailure")),
        (400, refusal("Throttling")),
        (400, refusal("IDPCommunicationError")),
        (503, b"busy"),
        (200, b""),
        (200, b"not XML"),
        (200, b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + given()),
        (200, given(key="")),
        (200, given(key="A" * 20_000)),
        (200, given(end="2001-01-01T00:00:00Z")),
        (200, given(end="soon")),
        (200, b"\xff\xfe"),
        (200, b"<a/>"),
    ],
)
async def test_what_is_no_answer_of_an_sts_is_the_fault_of_a_service_outside(
    world: World, server: WebServer, status: int, body: bytes
) -> None:
    server.answers["/"] = (status, XML, body)

    with pytest.raises(UpstreamStsAway):
        await fetched(world)
    server.answers["/"] = (200, XML, given())
    assert await fetched(world)


async def test_a_private_address_is_asked_only_where_the_operator_allows_it(
    tmp_path: Path, server: WebServer
) -> None:
    guarded = fetch.opened(Settings(profile="serve", public_url="https://id.example.com"))
    world = await open_world(tmp_path, fetch=guarded, sts_upstream=server.url("/"))
    server.asked.clear()
    try:
        with pytest.raises(UpstreamStsAway):
            await fetched(world)
        assert server.asked == []
    finally:
        await close_world(world)
        await guarded.close()
