"""GET /tenants: an e-mail domain finds its pool, and nobody learns more than that."""

from tests.tenants import Door
from tests.world import World

DOMAINS, CLIENT = "poolhouse:email-domains", "poolhouse:tenant-client"
OAUTH = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid"],
    "CallbackURLs": ["https://app.example/"],
    "SupportedIdentityProviders": ["COGNITO"],
}
NOBODYS = b'{"tenant":null}'


def arn(pool: str) -> str:
    return f"arn:aws:cognito-idp:us-east-1:000000000000:userpool/{pool}"


async def tenant(world: World, domains: str, **client: object) -> tuple[str, str]:
    """The ids of a new pool with these e-mail domains, and of its app client."""
    pool = await world.pool()
    made = await world.client(pool, **(OAUTH | client))
    tags = {DOMAINS: domains, CLIENT: made["ClientId"]}
    await world.call("TagResource", ResourceArn=arn(pool), Tags=tags)
    return pool, made["ClientId"]


async def test_each_domain_of_a_pool_finds_it_and_its_app_client(world: World) -> None:
    acme, client = await tenant(world, "acme.example mail.acme.example")
    globex, _ = await tenant(world, "globex.example")
    door = Door(world.env)
    issuer = f"{world.env.settings.public_url}/{acme}"

    found = await door.tenant("ACME.example")

    assert found == {
        "userPoolId": acme,
        "clientId": client,
        "issuer": issuer,
        "signInUrl": f"{issuer}/oauth2/authorize",
    }
    assert await door.tenant("mail.acme.example") == found
    assert ((await door.tenant("globex.example")) or {})["userPoolId"] == globex


async def test_a_pool_with_a_domain_of_its_own_is_signed_in_to_there(world: World) -> None:
    pool, _ = await tenant(world, "acme.example")
    await world.call("CreateUserPoolDomain", UserPoolId=pool, Domain="acme")

    found = await Door(world.env).tenant("acme.example")

    suffix = world.env.settings.auth_domain_suffix
    scheme = world.env.settings.public_url.partition(":")[0]
    assert (found or {})["signInUrl"] == f"{scheme}://acme.{suffix}/oauth2/authorize"


async def test_an_app_client_without_a_browser_flow_has_no_address_to_sign_in_at(world: World) -> None:
    await tenant(world, "acme.example", AllowedOAuthFlowsUserPoolClient=False, AllowedOAuthFlows=[])

    found = await Door(world.env).tenant("acme.example")

    assert (found or {})["signInUrl"] is None


async def test_every_domain_that_is_nobodys_gets_the_same_answer_to_the_byte(world: World) -> None:
    """Also one whose app client is gone, one that was given up, and one whose pool was deleted."""
    dead, client = await tenant(world, "dead.example")
    await world.call("DeleteUserPoolClient", UserPoolId=dead, ClientId=client)
    freed, _ = await tenant(world, "freed.example")
    await world.call("UntagResource", ResourceArn=arn(freed), TagKeys=[DOMAINS, CLIENT])
    gone, _ = await tenant(world, "gone.example")
    await world.call("DeleteUserPool", UserPoolId=gone)
    door = Door(world.env)

    names = ("unknown.example", "dead.example", "freed.example", "gone.example", "sub.dead.example")
    answers = [await door.ask(f"domain={name}") for name in names]

    assert {answer.content for answer in answers} == {NOBODYS}
    assert {answer.status_code for answer in answers} == {200}
    for answer in answers:
        del answer.headers["x-amzn-requestid"]  # each has its own
    assert len({tuple(answer.headers.items()) for answer in answers}) == 1


async def test_the_answer_does_not_depend_on_who_has_an_account(world: World) -> None:
    pool, _ = await tenant(world, "acme.example")
    door = Door(world.env)
    before = await door.ask("domain=acme.example")

    await world.user(pool, "ada@acme.example", email="ada@acme.example")

    assert (await door.ask("domain=acme.example")).content == before.content


async def test_a_domain_that_was_given_up_can_be_another_pools(world: World) -> None:
    first, _ = await tenant(world, "acme.example")
    await world.call("UpdateUserPool", UserPoolId=first, UserPoolTags={"team": "red"})

    second, _ = await tenant(world, "acme.example")

    assert ((await Door(world.env).tenant("acme.example")) or {})["userPoolId"] == second


async def test_other_tags_come_and_go_and_the_domains_stay(world: World) -> None:
    pool, _ = await tenant(world, "acme.example")
    door = Door(world.env)

    await world.call("TagResource", ResourceArn=arn(pool), Tags={"team": "red"})
    await world.call("UntagResource", ResourceArn=arn(pool), TagKeys=["team"])
    await world.call("UpdateUserPool", UserPoolId=pool)

    assert ((await door.tenant("acme.example")) or {})["userPoolId"] == pool


async def test_scripts_of_every_origin_may_ask(world: World) -> None:
    answer = await Door(world.env).ask("domain=acme.example")
    preflight = await Door(world.env).ask("domain=acme.example", method="OPTIONS")

    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["content-type"] == "application/json"
    assert "set-cookie" not in answer.headers
    assert "GET" in preflight.headers["access-control-allow-methods"]
