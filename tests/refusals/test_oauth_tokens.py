"""Refused: authorization codes, and clients that are not who they say, at the token endpoint.

After the negative list of the OpenID conformance suite's Basic OP profile, RFC 6749, 6750, 7009, 7636 and
9700, and security.md, rules 2, 4 and 7.
"""

import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from tests.oauth.apps import CALLBACK, VERIFIER, challenge
from tests.oauth.booth import CODE_APP, FORM, Answer, Booth, basic, open_booth
from tests.refusals.oauth_table import CODES, FAMILIES, OAuthRow, oauth_table, play
from tests.refusals.scene import Scene

from poolhouse.ports import MINUTE

Making = Callable[[Booth], Awaitable[Any]]

SECRET = {"GenerateSecret": True}
OTHER_VERIFIER = "another-verifier-of-at-least-forty-three-characters-012345"


# Codes


async def with_code(b: Booth) -> None:
    b.got["code"] = await b.code()


async def redeem(b: Booth, **changes: str) -> Answer:
    return await b.token(b.redeem(b.got["code"], **changes))


async def redeem_new(b: Booth, **changes: str) -> Answer:
    return await b.token(b.redeem(await b.code(), **changes))


async def with_redeemed_code(b: Booth) -> None:
    await with_code(b)
    b.got["tokens"] = (await redeem(b)).json


async def with_code_without_challenge(b: Booth) -> None:
    b.got["code"] = await b.code(code_challenge="", code_challenge_method="")


async def with_second_app(b: Booth) -> None:
    await with_code(b)
    b.got["other"] = await b.another_app()


async def by_other_app(b: Booth) -> Answer:
    return await b.token(b.redeem(b.got["code"], b.got["other"]))


async def with_code_of_another_pool(b: Booth) -> None:
    b.got["code"] = await (await open_booth(b.world)).code()


async def with_another_pool(b: Booth) -> None:
    await with_code(b)
    b.got["other pool"] = await open_booth(b.world)


async def in_another_pool_with_its_own_client(b: Booth) -> Answer:
    """The client of this pool, named at the other one's endpoint."""
    return await b.got["other pool"].token(b.redeem(b.got["code"]))


async def plain_challenge(b: Booth) -> Answer:
    """The challenge itself as verifier: what `plain` would accept."""
    return await redeem(b, code_verifier=challenge(VERIFIER))


def code_rows() -> Iterator[OAuthRow]:
    invalid = "400 invalid_grant"

    def row(name: str, error: str, refused: Any, **more: Any) -> OAuthRow:
        usual: dict[str, Any] = {"arrange": with_code, "twin": redeem_new, "changes": CODES}
        return OAuthRow(name=name, error=error, refused=refused, **(usual | more))

    yield row("a code that nobody got", invalid, lambda b: redeem_new_code(b, "no such code"))
    yield row("a code that was used", invalid, redeem, arrange=with_redeemed_code, changes=FAMILIES)
    yield row("a code with a wrong verifier", invalid, lambda b: redeem(b, code_verifier=OTHER_VERIFIER))
    yield row("a code without its verifier", invalid, lambda b: redeem(b, code_verifier=""))
    yield row("a challenge in place of the verifier", invalid, plain_challenge)
    yield row(
        "a verifier for a code that was asked for without a challenge",
        invalid,
        redeem,
        arrange=with_code_without_challenge,
    )
    yield row("a code of another app", invalid, by_other_app, arrange=with_second_app)
    yield row("a code of another pool", invalid, redeem, arrange=with_code_of_another_pool)
    yield row(
        "a code for another registered address",
        "400 unauthorized_client",
        lambda b: redeem(b, redirect_uri=CALLBACK + "/too"),
    )
    yield row(
        "a code for an address with a slash more",
        "400 unauthorized_client",
        lambda b: redeem(b, redirect_uri=CALLBACK + "/"),
    )
    yield row("a code without its address", "400 invalid_request", lambda b: redeem(b, redirect_uri=""))
    yield row("no code", "400 invalid_request", lambda b: redeem_new_code(b, ""))
    yield row("a code that is five minutes old", invalid, redeem, arrange=with_old_code)
    yield row(
        "a code of somebody who is disabled",
        invalid,
        redeem,
        arrange=then("AdminDisableUser"),
        twin=enabled_again,
    )
    yield row(
        "a code of somebody who signed out everywhere",
        invalid,
        redeem,
        arrange=then("AdminUserGlobalSignOut"),
        twin=signed_in_again,
    )
    yield row(
        "a code by an app whose code flow was taken away",
        "400 unauthorized_client",
        redeem,
        arrange=with_implicit_only,
        twin=with_the_flow_again,
        changes=frozenset(),
    )
    yield row(
        "a code by an app whose OAuth was turned off",
        invalid,
        redeem,
        arrange=with_oauth_off,
        twin=with_the_flow_again,
        changes=frozenset(),
    )


async def redeem_new_code(b: Booth, code: str) -> Answer:
    return await b.token(b.redeem(code))


async def with_old_code(b: Booth) -> None:
    await with_code(b)
    b.world.advance(5 * MINUTE)


def then(operation: str) -> Making:
    async def arrange(b: Booth) -> None:
        await with_code(b)
        b.world.advance(1_000)
        await b.world.call(operation, UserPoolId=b.pool, Username="ada")

    return arrange


async def enabled_again(b: Booth) -> Answer:
    await b.world.call("AdminEnableUser", UserPoolId=b.pool, Username="ada")
    return await signed_in_again(b)


async def signed_in_again(b: Booth) -> Answer:
    b.world.advance(1_000_000)
    await b.signed_in()
    return await redeem_new(b)


async def changed(b: Booth, **settings: Any) -> None:
    usual = {"UserPoolId": b.pool, "ClientId": b.app["ClientId"]}
    await b.world.call("UpdateUserPoolClient", **(usual | dict(CODE_APP) | settings))


async def with_implicit_only(b: Booth) -> None:
    await with_code(b)
    await changed(b, AllowedOAuthFlows=["implicit"])


async def with_oauth_off(b: Booth) -> None:
    await with_code(b)
    await changed(b, AllowedOAuthFlowsUserPoolClient=False)


async def with_the_flow_again(b: Booth) -> Answer:
    await changed(b)
    return await redeem_new(b)


# Who calls, and how


async def sent(b: Booth, body: bytes | str, content_type: str = FORM, method: str = "POST") -> Answer:
    raw = body.encode() if isinstance(body, str) else body
    return await b.send(method, "/oauth2/token", {"content-type": content_type}, raw)


async def by_header(b: Booth, secret: str, client_id: str = "", **changes: str) -> Answer:
    form = b.redeem(b.got["code"], client_id="", client_secret="") | changes
    return await b.token(form, basic(client_id or b.app["ClientId"], secret))


async def by_header_new(b: Booth) -> Answer:
    await with_code(b)
    return await by_header(b, b.app["ClientSecret"])


async def form_without_type(b: Booth) -> Answer:
    return await b.token({name: text for name, text in b.redeem("x").items() if name != "grant_type"})


def caller_rows() -> Iterator[OAuthRow]:
    def row(name: str, error: str, refused: Any, **more: Any) -> OAuthRow:
        usual: dict[str, Any] = {"arrange": with_code, "twin": redeem, "app": SECRET}
        return OAuthRow(name=name, error=error, refused=refused, **(usual | more))

    yield row("a wrong secret", "400 invalid_client", lambda b: redeem(b, client_secret="wrong"))
    yield row("no secret", "400 invalid_client: invalid_client_secret", lambda b: redeem(b, client_secret=""))
    yield row(
        "a secret in the header that is wrong",
        "400 invalid_client",
        lambda b: by_header(b, "wrong"),
        twin=by_header_new,
    )
    yield row(
        "a secret in two places",
        "400 invalid_request",
        lambda b: by_header(b, b.app["ClientSecret"], client_secret=b.app["ClientSecret"]),
        twin=by_header_new,
    )
    yield row(
        "a client that is another in the form than in the header",
        "400 invalid_request",
        two_names,
        twin=by_header_new,
    )
    yield row(
        "a header that is no base64",
        "400 invalid_client",
        lambda b: with_header(b, "Basic ###"),
        twin=by_header_new,
    )
    yield row(
        "a header without a colon",
        "400 invalid_client",
        lambda b: with_header(b, "Basic YWJj"),
        twin=by_header_new,
    )
    yield row(
        "a client's proof of another kind",
        "400 invalid_client",
        lambda b: with_header(b, "Bearer abc"),
        twin=by_header_new,
    )
    yield row("a client that is not there", "400 invalid_client", lambda b: redeem(b, client_id="nobody"))
    yield row("no client", "400 invalid_client", lambda b: redeem(b, client_id="", client_secret=""))
    yield row(
        "the secret of an app that has none",
        "400 invalid_client",
        lambda b: redeem(b, client_secret="s"),
        app={},
    )
    yield row(
        "a client of another pool",
        "400 invalid_client",
        in_another_pool_with_its_own_client,
        arrange=with_another_pool,
    )
    yield row(
        "a grant that is not there",
        "400 unsupported_grant_type",
        lambda b: b.token({"grant_type": "password", "username": "ada", **b.named()}),
    )
    yield row(
        "the grant of RFC 8693",
        "400 unsupported_grant_type",
        lambda b: redeem(b, grant_type="urn:ietf:params:oauth:grant-type:token-exchange"),
    )
    yield row("no grant", "400 invalid_request", form_without_type)
    yield row(
        "a parameter that is there twice",
        "400 invalid_request: A parameter cannot be read, or is there twice.",
        lambda b: sent(b, "grant_type=authorization_code&code=a&code=b"),
    )
    yield row("JSON", "405", lambda b: sent(b, json.dumps(b.redeem(b.got["code"])), "application/json"))
    yield row("a form in parts", "405", lambda b: sent(b, b"", "multipart/form-data; boundary=a"))
    yield row(
        "a GET with the code in its address",
        "405",
        lambda b: b.send("GET", f"/oauth2/token?grant_type=authorization_code&code={b.got['code']}"),
    )


async def two_names(b: Booth) -> Answer:
    form = b.redeem(b.got["code"], client_secret="") | {"client_id": "somebody"}
    return await b.token(form, basic(b.app["ClientId"], b.app["ClientSecret"]))


async def with_header(b: Booth, header: str) -> Answer:
    form = b.redeem(b.got["code"], client_id="", client_secret="")
    return await b.token(form, {"authorization": header})


@oauth_table(code_rows(), caller_rows())
async def test_refused(row: OAuthRow, scene: Scene, count: Any) -> None:
    await play(row, scene.world, scene.file, count)
