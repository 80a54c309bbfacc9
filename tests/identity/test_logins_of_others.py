"""Logins of providers elsewhere: registered OIDC and SAML providers, and the social ones."""

import pytest
from tests.identity.issuers import Issuer
from tests.identity.scene import claims_of
from tests.saml_provider import Provider, encoded

from poolhouse.directory import iam_providers
from poolhouse.errors import (
    ExternalService,
    IdentityForbidden,
    LoginExpired,
    LoginIssuerMismatch,
    LoginProviderNotSupported,
    LoginUnverified,
    LoginWithoutClaim,
    NotAnIdentityToken,
    SamlLoginRefused,
)
from poolhouse.identity.logins.saml import AUDIENCE, RECIPIENT, ROLE_ATTRIBUTE
from poolhouse.ports import HOUR, MINUTE
from poolhouse.tokens import credentials

OIDC = "idp.example.com/realm"


@pytest.fixture
async def issuer(scene, internet):
    """A registered OIDC provider, which the pool takes logins of."""
    arn = await scene.register(iam_providers.oidc(f"https://{OIDC}", ("ours", "also-ours")))
    await scene.update(OpenIdConnectProviderARNs=[arn])
    return Issuer(internet, f"https://{OIDC}")


async def test_a_token_of_a_registered_provider_is_a_login(scene, issuer):
    first = await scene.identity({OIDC: issuer.token(scene.seconds)})

    assert await scene.identity({OIDC: issuer.token(scene.seconds, aud=["also-ours", "theirs"])}) == first
    assert await scene.identity({OIDC: issuer.token(scene.seconds, sub="110")}) != first
    assert (await scene.call("DescribeIdentity", IdentityId=first))["Logins"] == [OIDC]


async def test_its_keys_are_fetched_once(scene, issuer, internet):
    for _ in range(3):
        await scene.identity({OIDC: issuer.token(scene.seconds)})

    assert internet.asked == [f"https://{OIDC}/.well-known/openid-configuration", f"https://{OIDC}/keys"]


@pytest.mark.parametrize(
    ("claims", "refusal"),
    [
        ({"iss": "https://evil.example.com"}, LoginIssuerMismatch),
        ({"aud": "theirs"}, LoginProviderNotSupported),
        ({"aud": ["ours"], "azp": "theirs"}, LoginProviderNotSupported),
        ({"aud": None}, LoginWithoutClaim),
        ({"sub": None}, LoginWithoutClaim),
        ({"exp": None}, LoginWithoutClaim),
        ({"exp": 1}, LoginExpired),
        ({"exp": "soon"}, NotAnIdentityToken),
        ({"exp": True}, NotAnIdentityToken),
        ({"sub": ""}, NotAnIdentityToken),
        ({"nbf": 2**40}, NotAnIdentityToken),
    ],
)
async def test_a_token_that_says_something_else_is_refused(scene, issuer, claims, refusal):
    with pytest.raises(refusal):
        await scene.identity({OIDC: issuer.token(scene.seconds, **claims)})
    assert await scene.identity({OIDC: issuer.token(scene.seconds)})


async def test_a_token_of_another_key_is_refused(scene, issuer, internet):
    other = Issuer(internet, "https://other.example.com")

    with pytest.raises(LoginUnverified):
        await scene.identity({OIDC: issuer.token(scene.seconds, other.key)})
    assert await scene.identity({OIDC: issuer.token(scene.seconds)})


async def test_a_provider_that_does_not_answer_is_told_as_such(scene, issuer, internet):
    document = internet.answers.pop(f"https://{OIDC}/.well-known/openid-configuration")
    with pytest.raises(ExternalService):
        await scene.identity({OIDC: issuer.token(scene.seconds)})
    with pytest.raises(LoginUnverified):  # its model does not declare the other
        await scene.developer("ben", Logins={OIDC: issuer.token(scene.seconds)})

    internet.answers[f"https://{OIDC}/.well-known/openid-configuration"] = document
    assert await scene.developer("ben", Logins={OIDC: issuer.token(scene.seconds)})


# Social providers


async def social(scene, **providers):
    await scene.update(
        SupportedLoginProviders={name.replace("_", "."): app for name, app in providers.items()}
    )


async def test_google_signs_with_either_of_its_names(scene, internet):
    await social(scene, accounts_google_com="web.apps;ios.apps")
    google = Issuer(internet, "https://accounts.google.com", "https://www.googleapis.com/oauth2/v3/certs")

    first = await scene.identity({"accounts.google.com": google.token(scene.seconds, aud="web.apps")})

    also = google.token(scene.seconds, aud="ios.apps", iss="accounts.google.com")
    assert await scene.identity({"accounts.google.com": also}) == first
    with pytest.raises(LoginProviderNotSupported):
        await scene.identity({"accounts.google.com": google.token(scene.seconds, aud="their.apps")})


async def test_apple_is_believed_by_its_id_token(scene, internet):
    await social(scene, appleid_apple_com="com.example.app")
    apple = Issuer(internet, "https://appleid.apple.com", "https://appleid.apple.com/auth/keys")

    assert await scene.identity({"appleid.apple.com": apple.token(scene.seconds, aud="com.example.app")})
    forged = apple.token(scene.seconds, aud="com.example.app", iss="https://accounts.google.com")
    with pytest.raises(LoginIssuerMismatch):
        await scene.identity({"appleid.apple.com": forged})


def facebook(internet, **changes):
    answers = {"app": (200, {"id": "1234"}), "me": (200, {"id": "77", "name": "Ada"})} | changes
    for name, answer in answers.items():
        internet.answers[f"https://graph.facebook.com/v17.0/{name}"] = answer


async def test_facebook_is_asked_whose_the_token_is_and_of_which_app(scene, internet):
    await social(scene, graph_facebook_com="1234")
    facebook(internet)

    first = await scene.identity({"graph.facebook.com": "EAAB token"})

    assert await scene.identity({"graph.facebook.com": "another"}) == first
    assert internet.asked[0].endswith("access_token=EAAB%20token")
    facebook(internet, app=(200, {"id": "9999"}))
    with pytest.raises(LoginProviderNotSupported):
        await scene.identity({"graph.facebook.com": "EAAB"})
    facebook(internet, app=(400, {"error": {"type": "OAuthException"}}))
    with pytest.raises(LoginUnverified):
        await scene.identity({"graph.facebook.com": "EAAB"})
    facebook(internet, app=(503, {}))
    with pytest.raises(ExternalService):
        await scene.identity({"graph.facebook.com": "EAAB"})


@pytest.mark.parametrize("app", ["amzn1.application.1", "amzn1.application-oa2-client.2"])
async def test_amazon_is_asked_whose_the_token_is_and_of_which_app(scene, internet, app):
    await social(scene, www_amazon_com=app)
    said = {"aud": "amzn1.application-oa2-client.2", "app_id": "amzn1.application.1", "user_id": "u1"}
    internet.answers["https://api.amazon.com/auth/o2/tokeninfo"] = 200, said

    assert await scene.identity({"www.amazon.com": "Atza|token"})

    internet.answers["https://api.amazon.com/auth/o2/tokeninfo"] = 200, {**said, "aud": "x", "app_id": "y"}
    with pytest.raises(LoginProviderNotSupported):
        await scene.identity({"www.amazon.com": "Atza|token"})


# SAML


@pytest.fixture
async def idp(scene):
    """A registered SAML provider, which the pool takes logins of; gives it with its key in Logins."""
    provider = Provider(now=scene.world.now)
    arn = await scene.register(iam_providers.saml("Corp", provider.metadata()))
    await scene.update(SamlProviderARNs=[arn])
    return provider, arn


def assertion(provider, response=None, **changes):
    usual = {"audience": AUDIENCE, "recipient": RECIPIENT, "in_response_to": None}
    around = {"destination": RECIPIENT, "in_response_to": None} | (response or {})
    return encoded(provider.answer(response=around, **(usual | changes)))


async def test_a_saml_assertion_for_aws_is_a_login_for_as_long_as_it_is_good(scene, idp):
    provider, arn = idp
    said = assertion(provider)

    first = await scene.identity({arn: said})

    assert await scene.identity({arn: said}) == first
    answer = await scene.call("GetOpenIdToken", IdentityId=first, Logins={arn: said})
    assert claims_of(answer["Token"])["amr"][1:] == [arn, f"{arn}:{provider.entity_id}:ada@example.com"]
    scene.world.advance(HOUR)
    with pytest.raises(SamlLoginRefused):
        await scene.identity({arn: said})


async def test_attributes_of_an_assertion_are_tags_and_roles(scene, idp):
    provider, arn = idp
    roles = await scene.usual_roles(**{arn: {"Type": "Token", "AmbiguousRoleResolution": "Deny"}})
    editors = await scene.role("Editors")
    await scene.of_pool(
        "SetPrincipalTagAttributeMap", IdentityProviderName=arn, PrincipalTags={"team": "team"}
    )
    theirs = "arn:aws:iam::123456789012:saml-provider/Corp"
    listed = [f"{editors},{arn}", f"{roles['unauthenticated']},{theirs}"]
    said = {arn: assertion(provider, attributes={"team": ["blue"], ROLE_ATTRIBUTE: listed})}
    made = await scene.identity(said)

    given = (await scene.credentials(made, said))["Credentials"]

    env = scene.world.env
    session, _ = await credentials.opened(env, given["SessionToken"], given["AccessKeyId"], scene.world.now)
    assert (session.principal, session.tags) == (editors, {"team": "blue"})
    assert await scene.credentials(made, said, CustomRoleArn=editors)
    with pytest.raises(IdentityForbidden):
        await scene.credentials(made, said, CustomRoleArn=roles["unauthenticated"])


@pytest.mark.parametrize(
    "changes",
    [
        {"audience": "urn:amazon:cognito:sp:us-east-1_AAAAAAAAA"},
        {"recipient": "https://evil.example.com"},
        {"issuer": "https://other.example.com"},
        {"in_response_to": "_somebodys"},
        {"sign": "none"},
        {"ends": 0},
    ],
    ids=lambda changes: next(iter(changes)),
)
async def test_an_assertion_that_is_not_for_us_is_refused(scene, idp, changes):
    provider, arn = idp
    if changes == {"ends": 0}:
        changes = {"ends": scene.world.now - 10 * MINUTE}

    with pytest.raises(SamlLoginRefused):
        await scene.identity({arn: assertion(provider, **changes)})
    assert await scene.identity({arn: assertion(provider)})


async def test_garbage_is_no_assertion(scene, idp):
    provider, arn = idp

    with pytest.raises(SamlLoginRefused):
        await scene.identity({arn: "garbage"})
    assert await scene.identity({arn: assertion(provider)})
