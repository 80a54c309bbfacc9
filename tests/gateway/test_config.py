"""gateway.toml: what is wrong with it is told in one sentence, which says what to do."""

import pytest
from tests.gateway.gateways import AUTHORIZER, opened

from poolhouse.errors import SettingsError
from poolhouse.gateway.config import read

ROUTE = """
[[routes]]
path = "/notes"
authorizer = "users"
kind = "http"
url = "http://127.0.0.1:9000/"
"""
FUNCTION = """
[[routes]]
path = "/notes"
authorizer = "users"
kind = "lambda"
function = "notes"
"""


def without(line: str, text: str = ROUTE) -> str:
    return text.replace(line, "")


WRONG = {
    "no TOML": ("[[routes", "gateway.toml is not TOML"),
    "no routes": ("routes = []", "at routes: Expected `array` of length >= 1: correct it."),
    "a member that there is not": (ROUTE + 'pth = "/"', "at routes[0]: Object contains unknown field `pth`"),
    "a kind that there is not": (ROUTE.replace('"http"', '"ftp"'), "at routes[0].kind: Invalid value 'ftp'"),
    "a port that there is not": (
        "[gateway]\nport = 70000" + ROUTE,
        "at gateway.port: Expected `int` <= 65535",
    ),
    "nobody says who may": (without('authorizer = "users"'), "missing required field `authorizer`"),
    "an authorizer that is not there": (
        ROUTE.replace("users", "guests"),
        "add [authorizers.guests], or write",
    ),
    "scopes of an open route": (
        ROUTE.replace("users", "none") + 'scopes = ["a"]',
        "asks for scopes or groups and is open",
    ),
    "claims of an open route": (
        ROUTE.replace("users", "none") + 'claim_headers = { "x-user" = "sub" }',
        "passes claims on and is open",
    ),
    "a scope that is none": (ROUTE + 'scopes = ["a b"]', "'a b' is no scope"),
    "a header that is none": (ROUTE + 'headers = { "x y" = "1" }', "which no request can have"),
    "a header with a line's end": (
        ROUTE + 'headers = { "x-y" = "1\\r\\nz: 2" }',
        "which no request can have",
    ),
    "a variable that is not set": (
        ROUTE + 'headers = { "x-key" = "${UPSTREAM_KEY}" }',
        "needs the environment variable UPSTREAM_KEY, which is not set: set it.",
    ),
    "an address that is none": (ROUTE.replace("http://127.0.0.1:9000/", "files"), "write an address such as"),
    "an address with a user": (ROUTE.replace("//127", "//me:pw@127"), "write an address such as"),
    "an address with dots": (ROUTE.replace("9000/", "9000/../x"), "write an address such as"),
    "half a variable": (ROUTE.replace("9000/", "9000/a{id}"), "write an address such as"),
    "a variable of no path": (ROUTE.replace("9000/", "9000/{id}"), "has no variable id"),
    "a method that is none": (ROUTE + 'upstream_method = "get"', "get is no method"),
    "the same route twice": (ROUTE + ROUTE, "ANY /notes is there twice: remove one"),
    "a function that is none": (
        FUNCTION.replace('"notes"', '"../notes"'),
        "write its ARN, or its folder's name",
    ),
    "an event that is none": (FUNCTION + 'event = "3.0"', "at routes[0].event: Invalid enum value '3.0'"),
    "everybody with credentials": (
        '[gateway.cors]\norigins = ["*"]\ncredentials = true' + ROUTE,
        'browsers take no "*" together with credentials',
    ),
    "a certificate without its key": (
        '[gateway]\ntls_certificate = "c.pem"' + ROUTE,
        "need each other: set both",
    ),
}


@pytest.mark.parametrize(("toml", "says"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told(toml: str, says: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        opened(toml)

    assert says in str(wrong.value)
    assert "\n" not in str(wrong.value).strip()


@pytest.mark.parametrize("toml", [ROUTE, FUNCTION])
def test_what_is_right_is_taken(toml: str) -> None:
    assert opened(toml).front.compiled.table.keys == ["ANY /notes"]


def test_an_authorizer_of_id_tokens_is_asked_for_no_scope() -> None:
    ids = AUTHORIZER.replace("[[authorizers", '[authorizers.users]\ntoken_use = "id"\n[[authorizers')

    assert read(ROUTE + ids, "gateway.toml", {})
    with pytest.raises(SettingsError, match="asks for scopes, which ID tokens do not have"):
        read(ROUTE + 'scopes = ["a"]\n' + ids, "gateway.toml", {})


def test_an_issuer_without_tls_is_told() -> None:
    plain = """
[[authorizers.others.pools]]
issuer = "http://id.example.com/pool"
client_ids = "any"
"""
    with pytest.raises(SettingsError, match=r"\[authorizers.others\]: .* must begin with https://"):
        opened(ROUTE + plain)
    assert opened(ROUTE + plain + "allow_http = true\n")


def test_the_key_of_a_feed_is_in_the_environment() -> None:
    fed = AUTHORIZER.replace("users", "fed") + 'feed_key_variable = "FEED"\n'

    with pytest.raises(SettingsError, match="The environment variable FEED is not set"):
        opened(ROUTE + fed)
    assert opened(ROUTE + fed, {"FEED": "key"})


async def test_a_secret_of_an_upstream_comes_from_the_environment() -> None:
    keyed = ROUTE.replace("users", "none") + 'headers = { "X-Key" = "Bearer ${UPSTREAM_KEY}" }\n'
    door = opened(keyed, {"UPSTREAM_KEY": "k1"})

    await door.ask("GET", "/notes", [("x-key", "mine")])

    assert [pair for pair in door.upstreams.asked[0].headers if pair[0] == "x-key"] == [
        ("x-key", "Bearer k1")
    ]
