"""Refused: browsers that come back otherwise than they left, and ways in that are none (6.3, 6.8)."""

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError
from tests.refusals.federation import Federation, told

INVALID = "invalid_request: "
TOKEN = INVALID + "Invalid ID token: "
NONCE = TOKEN + "it answers another request."
GRANT = INVALID + "corp Error - 400 invalid_grant"


def changed(find: str, put: str) -> Callable[[str], str]:
    return lambda address: address.replace(find, put, 1)


WAYS_BACK: dict[str, tuple[str, Callable[[str], str]]] = {
    "no state": ("page 400", lambda address: address.partition("&state=")[0]),
    "an empty state": ("page 400", lambda address: address.partition("&state=")[0] + "&state="),
    "a state that was changed": ("page 400", lambda address: address[:-4] + "AAAA"),
    "a state that goes on": ("page 400", lambda address: address + "A"),
    "the state of another pool": ("page 400", changed("&state=us-east-1_", "&state=us-east-1_x")),
    "another issuer": (
        INVALID + "Invalid authorization response: another issuer sent it.",
        lambda address: address + "&iss=https%3A%2F%2Fevil.example.com",
    ),
    "a code that is not the person's": (
        GRANT,
        changed("code=", "code=x"),
    ),
    "no code": (
        INVALID,
        lambda address: "?state=".join((address.partition("?")[0], address.partition("&state=")[2])),
    ),
    "two states": ("page 400", lambda address: address + "&state=x"),
}


@pytest.mark.parametrize("name", list(WAYS_BACK))
def test_a_way_back_that_is_not_the_one_is_refused(
    name: str, f: Federation, count: Callable[[str, object], None]
) -> None:
    error, change = WAYS_BACK[name]
    way_back = f.leave()

    assert told(f.come_back(change(way_back))) == error
    assert not f.exists()
    count("refused", 1)

    assert told(f.walk()) == "signed in"
    count("twins", 1)


def test_a_way_back_is_good_once(f: Federation) -> None:
    way_back = f.leave()

    assert told(f.come_back(way_back)) == "signed in"
    assert told(f.come_back(way_back)) == "page 400"
    f.browser.client.cookies.clear()
    assert told(f.walk()) == "signed in"


def test_a_way_back_that_was_refused_is_good_no_more(f: Federation) -> None:
    way_back = f.leave()
    f.upstream.claims["nonce"] = "another"
    assert told(f.come_back(way_back)) == NONCE
    f.upstream.reset()

    assert told(f.come_back(way_back)) == "page 400"
    assert told(f.walk()) == "signed in"


def test_a_way_back_is_of_the_browser_that_left(f: Federation) -> None:
    """Login CSRF: somebody gives a victim the way back of their own sign-in."""
    way_back = f.leave()
    victim = Federation(f.server, f.upstream, f.app, f.subject)

    assert told(victim.come_back(way_back)) == "page 400"
    victim.leave()  # a browser with a cookie of its own
    assert told(victim.come_back(way_back)) == "page 400"
    assert told(f.come_back(way_back)) == "signed in"


def test_what_is_posted_is_read_from_the_form_alone(f: Federation) -> None:
    way_back = f.leave()
    address, _, query = way_back.partition("?")

    assert told(f.browser.client.post(way_back)) == "page 400"
    form = {"content-type": "application/x-www-form-urlencoded"}
    posted = f.browser.client.post(address, content=query, headers=form)
    assert told(posted) == "signed in"


def test_an_issuer_that_says_who_it_is_must_say_so_each_time(f: Federation) -> None:
    assert told(f.come_back(f.leave() + f"&iss={f.upstream.issuer}")) == "signed in"


def test_the_words_of_a_provider_that_refuses_go_on_to_the_app(f: Federation) -> None:
    state = f.leave().partition("state=")[2]
    callback = f"{f.app.base}/oauth2/idpresponse"

    cancelled = f.come_back(f"{callback}?error=access_denied&error_description=No+thanks&state={state}")

    assert told(cancelled) == "access_denied: No thanks"
    state = f.leave().partition("state=")[2]
    failed = f.come_back(f"{callback}?error=server_error&state={state}")
    assert told(failed) == INVALID + "server_error"
    assert told(f.walk()) == "signed in"


# Providers and users that are not what they were


@pytest.mark.parametrize("name", ["nobody", "CORP", "corp "])
def test_a_provider_that_the_pool_does_not_have_is_no_way_in(f: Federation, name: str) -> None:
    assert told(f.browser.get(f.app.authorize(identity_provider=name))) == "page 400"
    assert told(f.browser.get(f.app.authorize(idp_identifier="nowhere.example"))) == "page 400"
    assert told(f.walk()) == "signed in"


def test_a_provider_that_the_client_does_not_support_is_no_way_in(f: Federation) -> None:
    supporting, f.app = f.app, f.another_app(SupportedIdentityProviders=["COGNITO"])

    assert told(f.browser.get(f.app.authorize(identity_provider="corp"))) == "page 400"
    f.app = supporting
    assert told(f.walk()) == "signed in"


def test_a_provider_that_the_client_supports_no_more_is_no_way_back(f: Federation) -> None:
    way_back = f.leave()
    f.update_client(["COGNITO"])

    assert told(f.come_back(way_back)) == "page 400"
    assert not f.exists()
    f.update_client(["COGNITO", "corp"])
    assert told(f.walk()) == "signed in"


def test_a_disabled_user_does_not_come_in_by_a_provider(f: Federation) -> None:
    f.walk()
    names = {"UserPoolId": f.server.user_pool_id, "Username": f.name}
    f.api.admin_disable_user(**names)
    f.browser.client.cookies.clear()

    assert told(f.walk()) == INVALID + "User is disabled."
    f.api.admin_enable_user(**names)
    assert told(f.walk()) == "signed in"


def test_an_unverified_address_takes_nobody_over(f: Federation) -> None:
    pool = f.server.user_pool_id
    before = f.api.admin_get_user(UserPoolId=pool, Username=f.server.username)
    f.upstream.claims["email"] = f.server.username

    assert told(f.walk()) == "signed in"

    assert f.exists()
    after = f.api.admin_get_user(UserPoolId=pool, Username=f.server.username)
    assert after["UserAttributes"] == before["UserAttributes"]
    assert after["Username"] == before["Username"] != f.name


def test_a_subject_that_is_taken_as_a_user_name_signs_nobody_in(f: Federation) -> None:
    f.api.admin_link_provider_for_user(
        UserPoolId=f.server.user_pool_id,
        DestinationUser={"ProviderName": "Cognito", "ProviderAttributeValue": demo_name(f)},
        SourceUser={
            "ProviderName": "corp",
            "ProviderAttributeName": "Cognito_Subject",
            "ProviderAttributeValue": f.subject,
        },
    )

    assert told(f.walk()) == "signed in"
    assert not f.exists()  # the native user was, to whom the identity is linked


def demo_name(f: Federation) -> str:
    found = f.api.admin_get_user(UserPoolId=f.server.user_pool_id, Username=f.server.username)
    return str(found["Username"])


# Addresses that lead into our own network


@pytest.mark.parametrize(
    "issuer",
    [
        "https://169.254.169.254/latest/meta-data",
        "http://169.254.169.254/latest/meta-data",
        "https://10.0.0.1",
        "https://192.168.1.1:8443/auth",
        "https://[::ffff:169.254.169.254]/",
        "https://[fd00:ec2::254]",
        "https://2852039166",
        "https://0xa9fea9fe",
        "https://0.0.0.0",
    ],
)
def test_an_issuer_within_a_network_is_not_asked(f: Federation, issuer: str) -> None:
    request = {
        "UserPoolId": f.server.user_pool_id,
        "ProviderName": f.subject[:30],
        "ProviderType": "OIDC",
        "ProviderDetails": f.upstream.details(oidc_issuer=issuer),
    }

    with pytest.raises(ClientError) as caught:
        f.api.create_identity_provider(**request)

    message = caught.value.response["Error"]["Message"]
    assert message.startswith("Unable to contact well-known endpoint: ")
    assert "not public" in message or "https only" in message
    f.api.create_identity_provider(**(request | {"ProviderDetails": f.upstream.details()}))
