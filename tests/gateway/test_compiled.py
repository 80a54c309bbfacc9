"""A configuration takes the place of another: between requests, and with what verifiers know already."""

from tests.authorizer import issuer
from tests.gateway.gateways import AUTHORIZER, Door, opened

from poolhouse.gateway.compiled import compiled
from poolhouse.gateway.config import read

ROUTES = """
[[routes]]
path = "/notes"
authorizer = "users"
kind = "lambda"
function = "notes"
"""
SCOPED = ROUTES + 'scopes = ["notes/read"]\n'


def replace(door: Door, toml: str) -> None:
    config = read(toml, "gateway.toml", {})
    door.front.replace(compiled(config, door.outside, door.front.compiled))


async def test_the_next_request_has_the_new_configuration() -> None:
    door = opened(ROUTES)
    door.functions["notes"] = lambda event: "here"

    before = await door.ask("GET", "/notes", token=issuer.token())
    replace(door, SCOPED + AUTHORIZER)
    after = await door.ask("GET", "/notes", token=issuer.token())

    assert (before.status, after.status) == (200, 403)
    assert len(door.functions.fired) == 1


async def test_a_request_ends_with_the_configuration_that_it_began_with() -> None:
    door = opened(ROUTES)

    def changing(event: object) -> str:
        replace(door, ROUTES.replace("/notes", "/other") + AUTHORIZER)
        return "still here"

    door.functions["notes"] = changing

    assert (await door.ask("GET", "/notes", token=issuer.token())).body == b"still here"
    assert (await door.ask("GET", "/notes", token=issuer.token())).status == 404


async def test_an_authorizer_that_stays_the_same_does_not_read_its_keys_again() -> None:
    door = opened(ROUTES)
    door.functions["notes"] = lambda event: "here"
    await door.ask("GET", "/notes", token=issuer.token())

    replace(door, ROUTES + AUTHORIZER)
    await door.ask("GET", "/notes", token=issuer.token())
    same = len(door.issuer.asked)
    replace(door, ROUTES + "[authorizers.users]\nleeway = 60\n" + AUTHORIZER)
    await door.ask("GET", "/notes", token=issuer.token())

    assert (same, len(door.issuer.asked)) == (1, 2)
